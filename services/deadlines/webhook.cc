#include "services/deadlines/webhook.h"

#include <memory>

#include <curl/curl.h>

#include "absl/strings/str_cat.h"

namespace rogatoria::deadlines {
namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// What the other side answers is nobody's business.
size_t Ignore(char*, size_t size, size_t count, void*) {
  return size * count;
}

// Anything but 0 ends the call.
int LookWhetherItEnds(void* patience, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Patience*>(patience)->ends() ? 1 : 0;
}

// Every option must be taken: an old library that does not know one must not go on without it.
class Options {
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <typename Value>
  Options& Set(CURLoption option, Value value) {
    if (result_ == CURLE_OK) result_ = curl_easy_setopt(handle_, option, value);
    return *this;
  }
  CURLcode result() const { return result_; }

 private:
  CURL* handle_;
  CURLcode result_ = CURLE_OK;
};

CURLcode Prepare(CURL* handle,
                 const std::string& url,
                 const std::string& json,
                 const std::string& ca_file,
                 curl_slist* headers,
                 const Patience& patience) {
  const auto milliseconds = static_cast<long>(absl::ToInt64Milliseconds(patience.timeout));
  Options options(handle);
  options.Set(CURLOPT_URL, url.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, "https")
      .Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_TIMEOUT_MS, milliseconds)
      .Set(CURLOPT_POSTFIELDSIZE, static_cast<long>(json.size()))
      .Set(CURLOPT_POSTFIELDS, json.c_str())
      .Set(CURLOPT_HTTPHEADER, headers)
      .Set(CURLOPT_WRITEFUNCTION, &Ignore)
      .Set(CURLOPT_NOPROGRESS, 0L)
      .Set(CURLOPT_XFERINFODATA, &patience)
      .Set(CURLOPT_XFERINFOFUNCTION, &LookWhetherItEnds);
  if (!ca_file.empty()) options.Set(CURLOPT_CAINFO, ca_file.c_str());
  return options.result();
}

}  // namespace

absl::Status PostJson(const std::string& url,
                      const std::string& json,
                      const std::string& ca_file,
                      const Patience& patience) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const Handle handle(curl_easy_init(), &curl_easy_cleanup);
  const List headers(curl_slist_append(nullptr, "Content-Type: application/json"),
                     &curl_slist_free_all);
  if (started != CURLE_OK || handle == nullptr || headers == nullptr) {
    return absl::InternalError("libcurl does not start");
  }
  CURLcode result = Prepare(handle.get(), url, json, ca_file, headers.get(), patience);
  if (result == CURLE_OK) result = curl_easy_perform(handle.get());
  if (result != CURLE_OK) return absl::UnavailableError(curl_easy_strerror(result));
  long answer = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer);
  if (answer >= 200 && answer < 300) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("answered with ", answer));
}

}  // namespace rogatoria::deadlines
