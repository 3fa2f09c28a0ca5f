// The sections [alert.NAME] of the configuration: how a duty desk is alerted. The names are the
// operator's own, which the directory's [authority.duty] `alert` says. For config.cc only.
#pragma once

#include <functional>
#include <string>

#include <toml++/toml.h>

#include "services/deadlines/alert_worker.h"

namespace rogatoria::daemon {

inline constexpr char kAlertSection[] = "alert";

// What is wrong: at which node, which key, what is expected.
using Complaint =
    std::function<void(const toml::node* at, const std::string& key, const std::string& expected)>;

void ReadAlerts(const toml::table& root,
                const Complaint& complain,
                deadlines::AlertTargets& targets);

}  // namespace rogatoria::daemon
