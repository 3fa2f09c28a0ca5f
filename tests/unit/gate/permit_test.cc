// The full table of who may call what where: every principal, permission and listener is written
// out once, so that a change of one cell shows.
#include "services/gate/permit.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "services/gate/method_table.h"

#include "rogatoria/v1/admin_service.grpc.pb.h"
#include "rogatoria/v1/audit_service.grpc.pb.h"
#include "rogatoria/v1/directory_service.grpc.pb.h"
#include "rogatoria/v1/exchange_service.grpc.pb.h"
#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria::gate {
namespace {

constexpr PrincipalKind kPrincipals[] = {PrincipalKind::kAuthoritySystem,
                                         PrincipalKind::kOperator,
                                         PrincipalKind::kSecurityOfficer,
                                         PrincipalKind::kAuditor,
                                         PrincipalKind::kNode};

// One row a permission in the order of its numbers; one column a principal as above: y or -.
struct Table {
  Listener listener;
  const char* rows[v1::Permission_ARRAYSIZE];
};
constexpr Table kTables[] = {
    {Listener::kPublic,
     {
         // system operator officer auditor node
         "-----",  // UNSPECIFIED
         "y----",  // AUTHORITY
         "y---y",  // ANY_REGISTERED
         "-----",  // OPERATOR
         "-----",  // SECURITY_OFFICER
         "-----",  // AUDITOR
     }},
    {Listener::kAdmin,
     {
         "-----",  // UNSPECIFIED
         "-----",  // AUTHORITY
         "-yyy-",  // ANY_REGISTERED
         "-y---",  // OPERATOR
         "--y--",  // SECURITY_OFFICER
         "-yyy-",  // AUDITOR
     }},
};

TEST(PermitTest, TheWholeTable) {
  for (const Table& table : kTables) {
    for (int permission = 0; permission < v1::Permission_ARRAYSIZE; ++permission) {
      for (size_t i = 0; i < std::size(kPrincipals); ++i) {
        EXPECT_EQ(Permit(kPrincipals[i], static_cast<v1::Permission>(permission), table.listener),
                  table.rows[permission][i] == 'y')
            << "listener " << static_cast<int>(table.listener) << " permission " << permission
            << " principal " << i;
      }
    }
  }
}

TEST(PermitTest, ANumberThatIsNoPermissionIsForNobody) {
  for (const PrincipalKind principal : kPrincipals) {
    EXPECT_FALSE(Permit(principal, static_cast<v1::Permission>(99), Listener::kPublic));
    EXPECT_FALSE(Permit(principal, static_cast<v1::Permission>(99), Listener::kAdmin));
  }
}

MethodTable Everything() {
  // Named so that the linker takes the descriptors in, as serving them does in the daemon.
  v1::SubmitActRequest::descriptor();
  v1::ReceiveRequest::descriptor();
  v1::ResolveRecipientsRequest::descriptor();
  v1::GetCheckpointRequest::descriptor();
  v1::GetStatusRequest::descriptor();
  return MethodTable({v1::ExchangeService::service_full_name(),
                      v1::MailboxService::service_full_name(),
                      v1::DirectoryService::service_full_name(),
                      v1::AuditService::service_full_name(),
                      v1::AdminService::service_full_name(),
                      kHealthService,
                      kReflectionService});
}

TEST(MethodTableTest, EveryMethodDeclaresAPermission) {
  const MethodTable table = Everything();
  EXPECT_GE(table.rows().size(), 28u);
  for (const auto& [path, permission] : table.rows()) {
    EXPECT_NE(permission, v1::PERMISSION_UNSPECIFIED) << path;
  }
}

TEST(MethodTableTest, PathsAreExact) {
  const MethodTable table = Everything();
  EXPECT_EQ(table.PermissionOf("/rogatoria.v1.ExchangeService/SubmitAct"),
            v1::PERMISSION_AUTHORITY);
  EXPECT_EQ(table.PermissionOf("/rogatoria.v1.AdminService/SetStanding"),
            v1::PERMISSION_SECURITY_OFFICER);
  EXPECT_EQ(table.PermissionOf("/grpc.health.v1.Health/Check"), v1::PERMISSION_ANY_REGISTERED);
  for (const char* unknown : {"",
                              "/",
                              "rogatoria.v1.ExchangeService/SubmitAct",
                              "/rogatoria.v1.ExchangeService/submitact",
                              "/rogatoria.v1.ExchangeService/SubmitAct/",
                              "//rogatoria.v1.ExchangeService/SubmitAct",
                              "/rogatoria.v1.ExchangeService/Unknown"}) {
    EXPECT_EQ(table.PermissionOf(unknown), v1::PERMISSION_UNSPECIFIED) << unknown;
  }
}

TEST(MethodTableTest, AServiceThatIsNotServedIsUnknown) {
  v1::SubmitActRequest::descriptor();
  const MethodTable table({v1::ExchangeService::service_full_name()});
  EXPECT_EQ(table.PermissionOf("/rogatoria.v1.AdminService/GetStatus"), v1::PERMISSION_UNSPECIFIED);
  EXPECT_EQ(table.PermissionOf("/grpc.health.v1.Health/Check"), v1::PERMISSION_UNSPECIFIED);
}

}  // namespace
}  // namespace rogatoria::gate
