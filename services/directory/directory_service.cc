#include "services/directory/directory_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/directory/key_statement.h"
#include "common/directory/routing.h"
#include "common/merkle/checkpoint.h"
#include "common/rpc/paging.h"
#include "common/rpc/unary.h"

namespace rogatoria::directory {
namespace {

constexpr absl::string_view kResolveRecipients = "/rogatoria.v1.DirectoryService/ResolveRecipients";
constexpr absl::string_view kExplainRoute = "/rogatoria.v1.DirectoryService/ExplainRoute";
constexpr absl::string_view kGetAuthority = "/rogatoria.v1.DirectoryService/GetAuthority";
constexpr absl::string_view kListAuthorities = "/rogatoria.v1.DirectoryService/ListAuthorities";
constexpr absl::string_view kListRequirements = "/rogatoria.v1.DirectoryService/ListRequirements";
constexpr absl::string_view kListInstruments = "/rogatoria.v1.DirectoryService/ListInstruments";
constexpr absl::string_view kListDeadlines = "/rogatoria.v1.DirectoryService/ListDeadlines";

absl::Status Required(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::FIELD_REQUIRED).Field(field).Accepted(accepted);
}

absl::Status SetAddressee(const v1::Addressee& addressee, RouteQuery& query) {
  switch (addressee.addressee_case()) {
    case v1::Addressee::kAuthority:
      query.authority = addressee.authority();
      return absl::OkStatus();
    case v1::Addressee::kCompetence:
      query.country = addressee.competence().country();
      query.measure = addressee.competence().measure();
      query.territory = addressee.competence().territory();
      query.language = addressee.competence().language();
      if (!query.country.empty()) return absl::OkStatus();
      return Required("competence.country", "an ISO 3166-1 alpha-2 code");
    default:
      return Required("authority", "an authority id, or a competence");
  }
}

absl::Status CheckQuestion(v1::ChannelClass channel_class, v1::ActKind kind) {
  if (!v1::ChannelClass_IsValid(channel_class) || channel_class == v1::CHANNEL_CLASS_UNSPECIFIED) {
    return Required("channel_class", "FORMAL, INTERINSTITUTIONAL or INFORMAL");
  }
  if (!v1::ActKind_IsValid(kind) || kind == v1::ACT_KIND_UNSPECIFIED) {
    return Required("kind", "a kind of act");
  }
  return absl::OkStatus();
}

v1::Authority RecordOf(const AuthorityEntry& entry, const Standings& standings) {
  v1::Authority record = entry.record;
  record.set_suspended(!standings.IsActive(v1::STANDING_SUBJECT_AUTHORITY, record.id()));
  return record;
}

// What both questions about a route say alike.
template <typename Request>
RouteQuery QueryOf(const Request& request, const std::string& sender, Instant now) {
  RouteQuery query;
  query.sender = sender;
  query.channel_class = request.channel_class();
  query.instrument = request.instrument();
  query.channel_basis = request.channel_basis();
  query.kind = request.kind();
  query.measures.assign(request.measures().begin(), request.measures().end());
  query.data_class = request.data_class();
  query.now = now;
  return query;
}

void SetStep(const RuleResult& rule, v1::RouteStep& step) {
  step.set_rule(rule.rule);
  step.set_met(rule.met);
  step.set_warned(rule.warned);
  step.set_explanation(rule.explanation);
}

// The rule that chose the authority, and those that only warn, in the caller's words.
void ExplainChoice(const RegistryState& registry,
                   const RouteQuery& query,
                   const std::string& rule,
                   Language language,
                   v1::Route& answer) {
  answer.set_rule(rule);
  for (const RuleResult& result :
       Explain(*registry.directory, *registry.standings, query, language).rules) {
    if (result.rule == rule) answer.set_explanation(result.explanation);
    if (result.warned) SetStep(result, *answer.add_warnings());
  }
}

// The parties of the case, if the caller is one of them.
absl::StatusOr<CaseRecord> FindOwnCase(Store& store,
                                       const std::string& case_id,
                                       const std::string& authority) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  absl::StatusOr<CaseRecord> found = snapshot->GetCase(case_id);
  if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
  if (!found.ok() || found->RoleOf(authority) == v1::CASE_ROLE_UNSPECIFIED) {
    return Error(Reason::CASE_NOT_FOUND).Field("case_id");
  }
  return found;
}

absl::Status Explained(const RegistryState& registry,
                       const RouteQuery& query,
                       Language language,
                       v1::ExplainRouteResponse& response) {
  const RouteExplanation explanation =
      Explain(*registry.directory, *registry.standings, query, language);
  response.set_possible(explanation.possible);
  response.set_authority(explanation.authority);
  for (const RuleResult& rule : explanation.rules) {
    SetStep(rule, *response.add_steps());
  }
  for (const std::string& alternative : explanation.alternatives) {
    response.add_alternatives(alternative);
  }
  response.set_stated_effect(std::string(StatedEffectName(explanation.effect)));
  for (const std::string& effect : explanation.effects) response.add_effects(effect);
  return absl::OkStatus();
}

// An instrument between many pairs of countries takes kilobytes: a page of 500 would not be sent.
absl::Status ListPage(const Directory& directory,
                      const v1::ListInstrumentsRequest& request,
                      v1::ListInstrumentsResponse& response) {
  constexpr absl::string_view kQuery = "instruments";
  constexpr size_t kEnoughBytes = limits::kMaxMessageBytes / 4;
  ROG_ASSIGN_OR_RETURN(const size_t page_size, rpc::PageSize(request.page_size()));
  ROG_ASSIGN_OR_RETURN(const Bytes after, rpc::ReadPageToken(kQuery, request.page_token()));
  size_t found = 0;
  size_t bytes = 0;
  for (const v1::Instrument& instrument : directory.instruments()) {
    if (instrument.id() <= after) continue;
    if (found == page_size || bytes >= kEnoughBytes) {
      const std::string& last = response.instruments(response.instruments_size() - 1).id();
      response.set_next_page_token(rpc::MakePageToken(kQuery, last));
      break;
    }
    ++found;
    bytes += instrument.ByteSizeLong();
    *response.add_instruments() = instrument;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const DirectoryService::Places>> DirectoryService::FindPlaces(
    uint64_t directory_version) {
  absl::MutexLock lock(&mutex_);
  if (places_ != nullptr && places_->directory_version == directory_version) return places_;
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const auto statements, snapshot->ListKeyStatements());
  auto places = std::make_shared<Places>();
  places->directory_version = directory_version;
  uint64_t last_log = 0;
  for (const KeyStatementRecord& statement : statements) {
    places->by_digest[statement.statement_sha256] = statement;
    if (statement.log > last_log) places->log_size = 0;
    last_log = std::max(last_log, statement.log);
    if (statement.log == last_log) {
      places->log_size = std::max(places->log_size, statement.index + 1);
    }
  }
  places_ = std::move(places);
  return places_;
}

v1::KeyStatement DirectoryService::Placed(const v1::KeyStatement& statement,
                                          const Places& places) const {
  v1::KeyStatement placed = statement;
  auto found = places.by_digest.find(KeyStatementDigest(statement));
  if (found == places.by_digest.end()) return placed;
  placed.set_leaf_index(found->second.index);
  placed.set_log_origin(merkle::LogOrigin{options_.trust_domain, found->second.log}.ToText());
  return placed;
}

absl::StatusOr<v1::Route> DirectoryService::ResolveOne(const RegistryState& registry,
                                                       RouteQuery query,
                                                       Language language,
                                                       const Places& places) const {
  ROG_ASSIGN_OR_RETURN(const Route route,
                       rogatoria::Resolve(*registry.directory, *registry.standings, query));
  v1::Route answer;
  ExplainChoice(registry, query, route.rule, language, answer);
  *answer.mutable_authority() = RecordOf(*route.authority, *registry.standings);
  const auto describe = [this, &places](const StatedKey& key, v1::SealingCertificate& sealing) {
    sealing.set_purpose(SealingPurposeOf(key.purpose));
    sealing.set_certificate(key.certificate.ToDer());
    *sealing.mutable_statement() = Placed(key.statement, places);
  };
  for (const StatedKey* key : route.sealing) describe(*key, *answer.add_sealing_certificates());
  for (const StatedKey* key : route.custodians) {
    describe(*key, *answer.add_custodian_certificates());
  }
  const Instant expires = query.now + options_.route_lifetime;
  answer.set_expires_unix_ms(expires.unix_ms);
  answer.set_route_id(MakeRouteId(options_.route_key, query, route, expires));
  return answer;
}

absl::Status DirectoryService::Resolve(const Caller& caller,
                                       const v1::ResolveRecipientsRequest& request,
                                       Language language,
                                       v1::ResolveRecipientsResponse& response) {
  if (request.addressees().empty() ||
      static_cast<size_t>(request.addressees_size()) > limits::kMaxRecipients) {
    return Error(Reason::RECIPIENT_COUNT)
        .Field("addressees")
        .Accepted(absl::StrCat("1 to ", limits::kMaxRecipients));
  }
  ROG_RETURN_IF_ERROR(CheckQuestion(request.channel_class(), request.kind()));
  CaseRecord of_case;
  if (!request.case_id().empty()) {
    ROG_ASSIGN_OR_RETURN(of_case, FindOwnCase(store_, request.case_id(), caller.authority));
  }
  const RegistryState registry = registry_.Get();
  ROG_ASSIGN_OR_RETURN(const auto places, FindPlaces(registry.directory_version));
  for (int i = 0; i < request.addressees_size(); ++i) {
    const std::string field = absl::StrCat("addressees[", i, "]");
    RouteQuery query = QueryOf(request, caller.authority, clock_.Now());
    query.case_goes_on = !of_case.case_id.empty();
    query.insists = request.insists();
    const absl::Status addressed = SetAddressee(request.addressees(i), query);
    if (!addressed.ok()) return WithFieldPrefix(addressed, field);
    auto route = ResolveOne(registry, std::move(query), language, *places);
    if (!route.ok()) return WithFieldPrefix(route.status(), field);
    *response.add_routes() = *std::move(route);
  }
  response.set_directory_version(registry.directory_version);
  response.set_directory_log_size(places->log_size);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* DirectoryService::ResolveRecipients(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* in,
                                                              grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ResolveRecipientsRequest, v1::ResolveRecipientsResponse>(
      door_,
      {context, in, out},
      kResolveRecipients,
      &v1::ResolveRecipientsRequest::case_id,
      [this, context](const Caller& caller, const auto& request, auto& response) {
        return Resolve(caller, request, rpc::LanguageOf(*context), response);
      });
}

grpc::ServerUnaryReactor* DirectoryService::ExplainRoute(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ExplainRouteRequest, v1::ExplainRouteResponse>(
      door_,
      {context, in, out},
      kExplainRoute,
      "",
      [this, context](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        RouteQuery query = QueryOf(
            request, caller.authority.empty() ? request.sender() : caller.authority, clock_.Now());
        if (query.sender.empty()) return Required("sender", "an authority id");
        ROG_RETURN_IF_ERROR(CheckQuestion(request.channel_class(), request.kind()));
        const absl::Status addressed = SetAddressee(request.addressee(), query);
        if (!addressed.ok()) return WithFieldPrefix(addressed, "addressee");
        const Language language = request.language().empty()
                                      ? rpc::LanguageOf(*context)
                                      : rpc::ParseLanguage(request.language());
        return Explained(registry_.Get(), query, language, response);
      });
}

grpc::ServerUnaryReactor* DirectoryService::GetAuthority(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetAuthorityRequest, v1::GetAuthorityResponse>(
      door_,
      {context, in, out},
      kGetAuthority,
      &v1::GetAuthorityRequest::authority,
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        const RegistryState registry = registry_.Get();
        const AuthorityEntry* entry = registry.directory->FindAuthority(request.authority());
        if (entry == nullptr) return Error(Reason::AUTHORITY_NOT_FOUND).Field("authority");
        ROG_ASSIGN_OR_RETURN(const auto places, FindPlaces(registry.directory_version));
        *response.mutable_authority() = RecordOf(*entry, *registry.standings);
        for (const v1::KeyStatement& statement : entry->statements) {
          *response.add_key_statements() = Placed(statement, *places);
        }
        for (const StatedKey& key : entry->keys) {
          v1::AuthorityCertificate& certificate = *response.add_certificates();
          certificate.set_purpose(key.purpose);
          certificate.set_certificate(key.certificate.ToDer());
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DirectoryService::ListAuthorities(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListAuthoritiesRequest, v1::ListAuthoritiesResponse>(
      door_,
      {context, in, out},
      kListAuthorities,
      "",
      [this](const Caller&, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const size_t page_size, rpc::PageSize(request.page_size()));
        const std::string query = absl::StrCat("authorities ", request.country());
        ROG_ASSIGN_OR_RETURN(const Bytes after, rpc::ReadPageToken(query, request.page_token()));
        const RegistryState registry = registry_.Get();
        size_t found = 0;
        for (const AuthorityEntry& entry : registry.directory->authorities()) {
          const v1::Authority& record = entry.record;
          if (record.id() <= after) continue;
          if (!request.country().empty() && record.country() != request.country()) continue;
          if (found++ == page_size) {
            const std::string& last = response.authorities(response.authorities_size() - 1).id();
            response.set_next_page_token(rpc::MakePageToken(query, last));
            break;
          }
          *response.add_authorities() = RecordOf(entry, *registry.standings);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DirectoryService::ListInstruments(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListInstrumentsRequest, v1::ListInstrumentsResponse>(
      door_,
      {context, in, out},
      kListInstruments,
      "",
      [this](const Caller&, const auto& request, auto& response) {
        return ListPage(*registry_.Get().directory, request, response);
      });
}

grpc::ServerUnaryReactor* DirectoryService::ListDeadlines(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in,
                                                          grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListDeadlinesRequest, v1::ListDeadlinesResponse>(
      door_,
      {context, in, out},
      kListDeadlines,
      "",
      [this](const Caller&, const auto& request, auto& response) {
        const RegistryState registry = registry_.Get();
        for (const DeadlineProfile& profile : registry.directory->deadlines().all()) {
          const bool meant = request.instrument().empty() || profile.instrument.empty() ||
                             profile.instrument == request.instrument();
          if (meant) *response.add_deadlines() = ToWire(profile);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DirectoryService::ListRequirements(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* in,
                                                             grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListRequirementsRequest, v1::ListRequirementsResponse>(
      door_,
      {context, in, out},
      kListRequirements,
      "",
      [this](const Caller&, const auto&, auto& response) {
        const RegistryState registry = registry_.Get();
        for (const v1::Requirement& requirement : registry.directory->requirements()) {
          *response.add_requirements() = requirement;
        }
        response.set_directory_version(registry.directory_version);
        return absl::OkStatus();
      });
}

}  // namespace rogatoria::directory
