#include "common/token/cryptoki.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <dlfcn.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::cryptoki {
namespace {

constexpr std::chrono::seconds kBetweenRestarts{1};
constexpr std::chrono::seconds kBetweenRestartsOfOthers{60};

struct AnswerRow {
  CK_RV answer;
  absl::string_view name;
  Reason reason = Reason::TOKEN_FAILED;
  bool ends_session = false;
};
constexpr AnswerRow kAnswers[] = {
    {CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", Reason::TOKEN_PIN_WRONG},
    {CKR_PIN_INVALID, "CKR_PIN_INVALID", Reason::TOKEN_PIN_WRONG},
    {CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", Reason::TOKEN_PIN_WRONG},
    {CKR_PIN_LOCKED, "CKR_PIN_LOCKED", Reason::TOKEN_PIN_LOCKED},
    {CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED"},
    {CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", Reason::TOKEN_NOT_PRESENT, true},
    {CKR_CRYPTOKI_NOT_INITIALIZED,
     "CKR_CRYPTOKI_NOT_INITIALIZED",
     Reason::TOKEN_MODULE_UNUSABLE,
     true},
    {CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", Reason::TOKEN_FAILED, true},
    {CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR"},
    {CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED"},
    {CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED"},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED"},
    {CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT"},
    {CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID"},
    {CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED"},
    {CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR"},
};

const AnswerRow* Find(CK_RV answer) {
  const auto* row = std::find_if(std::begin(kAnswers),
                                 std::end(kAnswers),
                                 [answer](const AnswerRow& r) { return r.answer == answer; });
  return row == std::end(kAnswers) ? nullptr : row;
}

absl::Status Unusable(const std::string& path, absl::string_view why) {
  return Explained(
      Error(Reason::TOKEN_MODULE_UNUSABLE).Field("pkcs11"), Sentence::PKCS11_MODULE, path, why);
}

CK_RV Initialize(CK_FUNCTION_LIST& functions) {
  CK_C_INITIALIZE_ARGS locks{};
  locks.flags = CKF_OS_LOCKING_OK;
  return functions.C_Initialize(&locks);
}

absl::StatusOr<Module*> Load(const std::string& path, void* library) {
  const auto get_functions =
      reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (get_functions == nullptr || get_functions(&functions) != CKR_OK || functions == nullptr) {
    return Unusable(path, "C_GetFunctionList");
  }
  const CK_RV answer = Initialize(*functions);
  if (answer != CKR_OK && answer != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    return Unusable(path, absl::StrCat("C_Initialize: ", NameOf(answer)));
  }
  return new Module(*functions, answer == CKR_OK);
}

}  // namespace

bool Module::Restart(bool went) {
  const absl::MutexLock lock(&use_);
  const auto pause = sessions_ > 0 && !went ? kBetweenRestartsOfOthers : kBetweenRestarts;
  const auto now = std::chrono::steady_clock::now();
  if (!ours_ || (restarted_.has_value() && now - *restarted_ < pause)) return false;
  restarted_ = now;
  // Not initialised: the last time it could not be.
  const CK_RV ended = functions_.C_Finalize(nullptr);
  if (ended != CKR_OK && ended != CKR_CRYPTOKI_NOT_INITIALIZED) return false;
  ++time_;
  sessions_ = 0;
  return Initialize(functions_) == CKR_OK;
}

absl::StatusOr<Module*> LoadModule(const std::string& path) {
  static absl::Mutex mutex(absl::kConstInit);
  // By what was loaded: a path may be written in several ways.
  static std::map<void*, Module*>& loaded = *new std::map<void*, Module*>();
  const absl::MutexLock lock(&mutex);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Unusable(path, "dlopen");
  if (const auto found = loaded.find(library); found != loaded.end()) return found->second;
  ROG_ASSIGN_OR_RETURN(Module * module, Load(path, library));
  loaded[library] = module;
  return module;
}

absl::Status ToStatus(CK_RV answer, absl::string_view call) {
  if (answer == CKR_OK) return absl::OkStatus();
  const AnswerRow* row = Find(answer);
  const Reason reason = row == nullptr ? Reason::TOKEN_FAILED : row->reason;
  return Explained(Error(reason), Sentence::TOKEN_SAID, NameOf(answer), call);
}

bool EndsSession(CK_RV answer) {
  const AnswerRow* row = Find(answer);
  return row != nullptr && row->ends_session;
}

std::string NameOf(CK_RV answer) {
  const AnswerRow* row = Find(answer);
  return row == nullptr ? absl::StrFormat("CKR 0x%08x", answer) : std::string(row->name);
}

}  // namespace rogatoria::cryptoki
