// Early return on error, for functions that return absl::Status or absl::StatusOr.
//
//   ROG_RETURN_IF_ERROR(store.Save(batch));
//   ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromPem(pem));
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ROG_RETURN_IF_ERROR(expression)                                                 \
  do {                                                                                  \
    if (absl::Status rog_status_ = (expression); !rog_status_.ok()) return rog_status_; \
  } while (false)

#define ROG_CONCAT_INNER_(a, b) a##b
#define ROG_CONCAT_(a, b) ROG_CONCAT_INNER_(a, b)
#define ROG_ASSIGN_OR_RETURN(declaration, expression) \
  ROG_ASSIGN_OR_RETURN_IMPL_(ROG_CONCAT_(rog_statusor_, __LINE__), declaration, expression)
#define ROG_ASSIGN_OR_RETURN_IMPL_(name, declaration, expression) \
  auto name = (expression);                                       \
  if (!name.ok()) return std::move(name).status();                \
  declaration = *std::move(name)
