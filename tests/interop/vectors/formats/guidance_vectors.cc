// docs/formats/guidance.md
#include <string>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/directory/guidance.h"
#include "common/model/canonical.h"
#include "tests/interop/vectors/formats/guidance_signature.h"
#include "tests/interop/vectors/formats/vector_set.h"

namespace rogatoria {
namespace {

v1::GuidanceDocument First() {
  v1::GuidanceDocument document;
  document.set_trust_domain("rogatoria.example");
  document.set_id("co-fgn/bank-records");
  document.set_version(1);
  document.set_country("CO");
  document.set_instrument("UN-TOC-2000");
  document.add_measures("BANK_ACCOUNT_IDENTIFICATION");
  document.add_measures("BANK_TRANSACTIONS");
  document.set_language("es-CO");
  document.set_published_unix_ms(1795521600000);
  document.set_title("Registros bancarios: qué debe indicar la solicitud");
  document.set_text(
      "# Registros bancarios\n\n- el banco o la cuenta\n- el periodo, con primer y último día\n"
      "- por qué se cree que la cuenta existe\n");
  return document;
}

Bytes Signed(const v1::GuidanceDocument& document) {
  return ToSignedBytes(kGuidanceFirstLine, document);
}

v1::GuidanceDocument Second() {
  v1::GuidanceDocument document = First();
  document.set_version(2);
  document.set_supersedes_sha256(GuidanceDigest(Signed(First())));
  return document;
}

v1::GuidanceDocument General() {
  v1::GuidanceDocument document = First();
  document.set_id("pt-pgr/language");
  document.set_country("PT");
  document.clear_instrument();
  document.clear_measures();
  document.set_language("pt");
  document.set_title("Língua dos pedidos");
  document.set_text("Português ou inglês.\n");
  return document;
}

std::string Facts(const v1::GuidanceDocument& document) {
  return absl::StrCat("id=",
                      document.id(),
                      " version=",
                      document.version(),
                      " country=",
                      document.country(),
                      " measures=",
                      document.measures_size(),
                      " language=",
                      document.language(),
                      " sha256=",
                      ToHex(Sha256(Signed(document))));
}

struct Spoilt {
  absl::string_view name;
  void (*spoil)(v1::GuidanceDocument&);
  absl::string_view field;
  absl::string_view why;
};
using D = v1::GuidanceDocument;
constexpr Spoilt kSpoilt[] = {
    {"no-trust-domain", [](D& d) { d.clear_trust_domain(); }, "trust_domain", "missing"},
    {"id-without-authority", [](D& d) { d.set_id("bank-records"); }, "id", "names no authority"},
    {"id-upper-case", [](D& d) { d.set_id("co-fgn/Bank"); }, "id", "capitals in the name"},
    {"id-long", [](D& d) { d.set_id("co-fgn/" + std::string(65, 'a')); }, "id", "65 bytes"},
    {"no-version", [](D& d) { d.clear_version(); }, "version", "missing"},
    {"version-too-high", [](D& d) { d.set_version(1000000); }, "version", "over 999999"},
    {"first-supersedes",
     [](D& d) { d.set_supersedes_sha256(Sha256("x")); },
     "supersedes_sha256",
     "version 1 takes the place of nothing"},
    {"second-supersedes-nothing",
     [](D& d) { d.set_version(2); },
     "supersedes_sha256",
     "version 2 names the one before it"},
    {"no-country", [](D& d) { d.clear_country(); }, "country", "missing"},
    {"country-grammar", [](D& d) { d.set_country("co"); }, "country", "in lower case"},
    {"instrument-grammar", [](D& d) { d.set_instrument("untoc"); }, "instrument", "lower case"},
    {"measure-grammar", [](D& d) { d.set_measures(1, "bank"); }, "measures[1]", "lower case"},
    {"measures-unordered",
     [](D& d) { d.set_measures(1, "ASSET_TRACING"); },
     "measures[1]",
     "not ascending"},
    {"measure-twice",
     [](D& d) { d.set_measures(1, d.measures(0)); },
     "measures[1]",
     "twice the same"},
    {"language-grammar", [](D& d) { d.set_language("es_CO"); }, "language", "an underscore"},
    {"no-instant", [](D& d) { d.clear_published_unix_ms(); }, "published_unix_ms", "missing"},
    {"no-title", [](D& d) { d.clear_title(); }, "title", "missing"},
    {"title-two-lines", [](D& d) { d.set_title("a\nb"); }, "title", "two lines"},
    {"no-text", [](D& d) { d.clear_text(); }, "text", "missing"},
    {"text-escape", [](D& d) { d.set_text("\x1b[2J"); }, "text", "a control character"},
    {"text-c1",
     [](D& d) {
       d.set_text(
           "a\xc2\x9b"
           "2J");
     },
     "text",
     "a C1 control character"},
    {"text-carriage-return", [](D& d) { d.set_text("a\r\nb"); }, "text", "a carriage return"},
    {"text-too-long",
     [](D& d) { d.set_text(std::string(32 * 1024 + 1, 'a')); },
     "text",
     "over 32 KiB"},
};

}  // namespace

void AddGuidanceVectors(VectorFiles& files) {
  VectorSet set("guidance", ".bin");
  set.Good("first", Signed(First()), Facts(First()));
  set.Good("second", Signed(Second()), Facts(Second()));
  set.Good("general", Signed(General()), Facts(General()));
  for (const Spoilt& spoilt : kSpoilt) {
    v1::GuidanceDocument document = First();
    spoilt.spoil(document);
    set.Bad(spoilt.name, Signed(document), spoilt.field, spoilt.why);
  }
  set.Bad("header-line", ToSignedBytes(kHeaderFirstLine, First()), "", "first line of a header");
  set.Bad("unknown-field", Signed(First()) + "\x60\x01", "", "field 12 is unknown");
  set.Bad("cut-off", Signed(First()).substr(0, 60), "id", "the bytes end inside a field");
  set.Bad("empty", "", "", "no bytes");
  set.Beside("good-first.bin.p7s", *FromHex(kGuidanceSignature));
  set.AddTo(files);
}

}  // namespace rogatoria
