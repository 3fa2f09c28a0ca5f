// calendar import, calendar check: for whoever keeps the directory's files. No hub is asked.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/directory/icalendar.h"
#include "common/directory/working_time.h"
#include "services/cli/commands.h"

namespace rogatoria::cli {
namespace {

struct ImportQuestion {
  std::string file, target;
  CalendarImport as;
};

absl::StatusOr<DirectoryFile> ReadNamed(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(std::string content, ReadFile(path, limits::kMaxDirectoryFileBytes));
  return DirectoryFile{std::filesystem::path(path).filename().string(), std::move(content)};
}

absl::Status Import(Session& session, const ImportQuestion& question) {
  ROG_ASSIGN_OR_RETURN(const DirectoryFile file, ReadNamed(question.file));
  ROG_ASSIGN_OR_RETURN(const ImportedCalendar imported, ImportICalendar(file, question.as));
  if (question.target.empty()) {
    session.out << imported.toml;
  } else {
    ROG_RETURN_IF_ERROR(WriteFileDurably(question.target, imported.toml));
  }
  const Calendar& made = imported.calendar;
  session.Note(
      Message::NOTE_CALENDAR_MADE,
      Counted(session.language, made.holidays.size(), Message::ONE_HOLIDAY, Message::HOLIDAYS),
      Counted(session.language, made.recesses.size(), Message::ONE_RECESS, Message::RECESSES));
  return absl::OkStatus();
}

struct CheckQuestion {
  std::string file, day, id;
};

// The one that was asked for; without a name the only one.
absl::StatusOr<const Calendar*> Choose(const Directory& directory, const std::string& id) {
  const Calendar* found = directory.FindCalendar(id);
  if (id.empty() && directory.calendars().size() == 1) found = &directory.calendars().front();
  if (found != nullptr) return found;
  std::string known;
  for (const Calendar& calendar : directory.calendars()) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", calendar.id);
  }
  return Explained(Error(Reason::FIELD_INVALID).Field("--id"), Sentence::ONE_OF, known);
}

absl::Status Check(Session& session, const CheckQuestion& question) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(question.day, &day)) {
    return Explained(Error(Reason::FIELD_INVALID).Field(question.day), Sentence::DAY_SUCH_AS);
  }
  ROG_ASSIGN_OR_RETURN(DirectoryFile file, ReadNamed(question.file));
  ROG_ASSIGN_OR_RETURN(const auto directory, ParseDirectory({&file, 1}, "check"));
  ROG_ASSIGN_OR_RETURN(const Calendar* calendar, Choose(*directory, question.id));
  ROG_ASSIGN_OR_RETURN(const absl::CivilDay working, WorkingDayAfter(day, 0, *calendar));
  ROG_ASSIGN_OR_RETURN(const absl::CivilDay next, WorkingDayAfter(day, 1, *calendar));
  session.Object(
      {{"calendar", calendar->id},
       {"version", calendar->version},
       {"sha256", calendar->sha256},
       {"day", absl::FormatCivilTime(day)},
       {"working_day", session.Text(working == day ? Message::WORD_YES : Message::WORD_NO)},
       {"next_working_day", absl::FormatCivilTime(next)}},
      {{Message::COL_CALENDAR, "calendar"},
       {Message::COL_VERSION, "version"},
       {Message::COL_FINGERPRINT, "sha256"},
       {Message::COL_DAY, "day"},
       {Message::COL_WORKING_DAY, "working_day"},
       {Message::COL_NEXT_WORKING_DAY, "next_working_day"}},
      "next_working_day");
  return absl::OkStatus();
}

void AddImport(CLI::App& noun, CommandTree& tree) {
  auto question = std::make_shared<ImportQuestion>();
  CLI::App& import = tree.Verb(noun, "import", Message::CMD_CALENDAR_IMPORT, [=](Session& session) {
    return Import(session, *question);
  });
  CalendarImport& as = question->as;
  import.add_option("file", question->file, tree.Text(Message::OPT_ICS_FILE))->required();
  import.add_option("--id", as.id, tree.Text(Message::OPT_CALENDAR_ID))->required();
  import.add_option("--version", as.version, tree.Text(Message::OPT_CALENDAR_VERSION))->required();
  import.add_option("--years", as.years, tree.Text(Message::OPT_YEARS))->required()->delimiter(',');
  import.add_option("--weekly-rest", as.weekly_rest, tree.Text(Message::OPT_WEEKLY_REST))
      ->delimiter(',');
  import.add_option("--cut-off", as.cut_off, tree.Text(Message::OPT_CUT_OFF));
  AddRepeated(
      import, "--recess-category", as.recess_categories, tree.Text(Message::OPT_RECESS_CATEGORY));
  import.add_option("--out", question->target, tree.Text(Message::OPT_OUT_FILE));
}

void AddCheck(CLI::App& noun, CommandTree& tree) {
  auto question = std::make_shared<CheckQuestion>();
  CLI::App& check = tree.Verb(noun, "check", Message::CMD_CALENDAR_CHECK, [=](Session& session) {
    return Check(session, *question);
  });
  check.add_option("file", question->file, tree.Text(Message::OPT_CALENDAR_FILE))->required();
  check.add_option("day", question->day, tree.Text(Message::OPT_DAY))->required();
  check.add_option("--id", question->id, tree.Text(Message::OPT_CALENDAR_ID));
}

}  // namespace

void AddCalendarCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("calendar", Message::CMD_CALENDAR);
  AddImport(noun, tree);
  AddCheck(noun, tree);
}

}  // namespace rogatoria::cli
