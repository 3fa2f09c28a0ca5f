// BuiltInRequirements of requirements.h: the union of what UNTOC article 18(15), the Protocol of
// San Luis (article 6) and the Nassau Convention (article 26) ask of every request. Advice only:
// which of them an instrument insists on is for the directory's data to say.
#include <array>
#include <vector>

#include "common/client/requirements.h"

namespace rogatoria::client {
namespace {

struct Row {
  const char* id;
  const char* field;
  const char* source;
  bool for_service;  // also for mere service of documents
  const char* en;
  const char* es;
  const char* pt;
};

constexpr std::array kRows = {
    Row{"REQUEST-AUTHORITY",
        "request.requesting_authority.authority_name",
        "UN-UNTOC-2000 art. 18(15)(a), (b); MERCOSUR-CMC-2-96 art. 6; OAS-A55-1992 art. 26",
        true,
        "Name the authority that asks.",
        "Indique la autoridad que solicita.",
        "Indique a autoridade que pede."},
    Row{"REQUEST-PROCEEDINGS",
        "request.proceedings.subject_matter",
        "UN-UNTOC-2000 art. 18(15)(b); MERCOSUR-CMC-2-96 art. 6; OAS-A55-1992 art. 26",
        true,
        "Say what the proceedings are about, their nature and stage.",
        "Indique el objeto, la naturaleza y la fase del procedimiento.",
        "Indique o objeto, a natureza e a fase do processo."},
    Row{"REQUEST-FACTS",
        "request.summary_of_facts",
        "UN-UNTOC-2000 art. 18(15)(c); MERCOSUR-CMC-2-96 art. 6; OAS-A55-1992 art. 26",
        false,
        "Summarise the facts; only mere service of documents can do without.",
        "Resuma los hechos; solo la mera notificación de documentos puede prescindir de ello.",
        "Resuma os factos; só a mera notificação de documentos o dispensa."},
    Row{"REQUEST-OFFENCE",
        "request.offences[].legal_text",
        "MERCOSUR-CMC-2-96 art. 6; OAS-A55-1992 art. 26; UN-A-RES-45-117 art. 5",
        false,
        "Give the text of the law and the penalty of each offence.",
        "Transcriba la norma y la pena de cada delito.",
        "Transcreva a norma e a pena de cada crime."},
    Row{"REQUEST-ASSISTANCE",
        "request.measures[].assistance_sought",
        "UN-UNTOC-2000 art. 18(15)(d)",
        true,
        "Describe the assistance sought, measure by measure.",
        "Describa la asistencia que se pide, diligencia por diligencia.",
        "Descreva o auxílio pedido, diligência por diligência."},
    Row{"REQUEST-PERSONS",
        "request.persons[].role",
        "UN-UNTOC-2000 art. 18(15)(e)",
        true,
        "Where possible, name the persons concerned and the part of each.",
        "Si es posible, identifique a las personas y la condición de cada una.",
        "Se possível, identifique as pessoas e a qualidade de cada uma."},
    Row{"REQUEST-PURPOSE",
        "request.measures[].evidence_purpose",
        "UN-UNTOC-2000 art. 18(15)(f)",
        false,
        "Say what the evidence is for and how it is linked to the facts.",
        "Diga para qué sirve la prueba y su relación con los hechos.",
        "Diga para que serve a prova e a sua relação com os factos."},
    Row{"REQUEST-SIGNATURE",
        "request.signed_by.official.name",
        "MERCOSUR-CMC-2-96 art. 6",
        true,
        "Say which official signed, when and where.",
        "Indique qué funcionario firmó, cuándo y dónde.",
        "Indique que funcionário assinou, quando e onde."},
};

v1::Requirement Made(const Row& row) {
  v1::Requirement requirement;
  requirement.set_id(row.id);
  requirement.set_field(row.field);
  if (!row.for_service) requirement.add_except_measures("SERVICE_OF_DOCUMENTS");
  requirement.add_kinds(v1::ACT_KIND_REQUEST);
  requirement.set_level(v1::REQUIREMENT_LEVEL_ADVICE);
  requirement.set_source(row.source);
  requirement.set_mark("CHECK_BEFORE_PRODUCTION");
  requirement.set_text_en(row.en);
  requirement.set_text_es(row.es);
  requirement.set_text_pt(row.pt);
  return requirement;
}

}  // namespace

absl::Span<const v1::Requirement> BuiltInRequirements() {
  static const auto* const kRequirements = [] {
    auto* made = new std::vector<v1::Requirement>;
    for (const Row& row : kRows) made->push_back(Made(row));
    return made;
  }();
  return *kRequirements;
}

}  // namespace rogatoria::client
