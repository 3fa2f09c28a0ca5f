// Goal: the program as a person or a script meets it: exit codes, help and faults in three
// languages, completion that knows every command. No hub is needed.
#include "services/cli/command_line.h"

#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "services/cli/commands.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/try_command.h"

namespace rogatoria::cli {
namespace {

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
    setenv("ROGATORIA_LANGUAGE", "en", 1);
  }
  TemporaryFolder folder_;
};

TEST_F(CommandLineTest, HelpIsNoFault) {
  const Outcome outcome = Try({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::HasSubstr("Write and send acts"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CommandLineTest, HelpSpeaksTheReadersLanguage) {
  EXPECT_THAT(Try({"act", "send", "--help", "--language", "es"}).out,
              testing::AllOf(testing::HasSubstr("Uso: "),
                             testing::HasSubstr("Opciones:"),
                             testing::HasSubstr("Autoridad destinataria"),
                             testing::Not(testing::HasSubstr("Options"))));
  setenv("ROGATORIA_LANGUAGE", "pt_BR.UTF-8", 1);
  EXPECT_THAT(Try({"--help"}).out, testing::HasSubstr("Redigir e enviar atos"));
}

TEST_F(CommandLineTest, ANumberWithBoundsIsCalledThatInHelp) {
  EXPECT_THAT(Try({"document", "put", "--help", "--language", "es"}).out,
              testing::AllOf(testing::HasSubstr("--number NÚMERO:1-64"),
                             testing::Not(testing::HasSubstr("UINT"))));
}

TEST_F(CommandLineTest, VersionIsShown) {
  const Outcome outcome = Try({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::StartsWith("rogatoria "));
}

struct BadLine {
  const char* name;
  std::vector<std::string> words;
  int code;
  const char* said;
};

class BadLineTest : public CommandLineTest, public testing::WithParamInterface<BadLine> {};

TEST_P(BadLineTest, HasItsExitCodeAndSaysWhy) {
  const Outcome outcome = Try(GetParam().words);
  EXPECT_EQ(outcome.code, GetParam().code);
  EXPECT_THAT(outcome.err, testing::HasSubstr(GetParam().said));
  EXPECT_EQ(outcome.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    BadLineTest,
    testing::Values(
        BadLine{"Nothing", {}, 2, "a command is missing"},
        BadLine{"NounWithoutVerb", {"act"}, 2, "a command is missing"},
        BadLine{"UnknownCommand",
                {"dance"},
                2,
                "There is no command dance. All of them: rogatoria --help"},
        BadLine{"MistypedNoun",
                {"recipt", "list"},
                2,
                "There is no command recipt. Close to it: receipt. All of them: rogatoria --help"},
        BadLine{"MistypedVerb",
                {"act", "sned"},
                2,
                "no command sned. Close to it: send. All of them: rogatoria act --help"},
        BadLine{"BegunVerb", {"inbox", "wat"}, 2, "Close to it: watch."},
        BadLine{"MistypedInPortuguese",
                {"casse", "list", "--language", "pt"},
                2,
                "Não existe o comando casse. Parecido: case. Todos: rogatoria --help"},
        BadLine{"OptionWithoutCommand", {"--colour"}, 2, "not known here: --colour"},
        BadLine{"UnknownLanguage", {"--language", "fr", "case", "list"}, 2, "en, es, pt"},
        BadLine{"UnknownLanguageInHelp", {"act", "--help", "--language=xx"}, 2, "here: xx"},
        BadLine{"LanguageByItsName", {"--language", "english", "case", "list"}, 2, "english"},
        BadLine{"UnknownOption", {"case", "list", "--colour"}, 2, "not known here: --colour"},
        BadLine{"MissingArgument", {"case", "show"}, 2, "missing: case"},
        BadLine{"OptionWithoutValue", {"act", "send", "--to"}, 2, "--to"},
        BadLine{"NoNumber", {"inbox", "watch", "--limit", "many"}, 2, "--limit"},
        BadLine{"UnknownFormat", {"context", "list", "-o", "xml"}, 2, "table, wide, json"},
        BadLine{"Spanish", {"case", "show", "--language=es"}, 2, "Falta algo: case"},
        BadLine{"NoNumberInPortuguese",
                {"inbox", "watch", "--limit", "many", "--language", "pt"},
                2,
                "não se pode ler: --limit = many. Acrescente"},
        BadLine{"BadTimeoutInSpanish",
                {"--timeout", "-1", "case", "list", "--language", "es"},
                2,
                "no se puede leer: --timeout. Añada"},
        BadLine{"UnknownFormatInSpanish",
                {"context", "list", "-o", "xml", "--language", "es"},
                2,
                "se acepta: table, wide, json, yaml o name"},
        BadLine{"NoProfileInPortuguese",
                {"case", "list", "--language", "pt"},
                11,
                "aceita-se: --profile FICHEIRO, ou `rogatoria context add NOME"},
        BadLine{"UnknownKindInSpanish",
                {"act", "new", "DANCE", "--language", "es"},
                10,
                "se acepta: un tipo como REQUEST o DECISION"},
        BadLine{"UnknownChannelInPortuguese",
                {"act", "lint", "--channel", "SMOKE", "--language", "pt"},
                10,
                "aceita-se: um de FORMAL, "},
        BadLine{"NoProfile", {"case", "list"}, 11, "rogatoria context add"},
        BadLine{"ProfileIsNotThere", {"--profile", "/none.toml", "case", "list"}, 11, "/none.toml"},
        BadLine{"UnknownKind", {"act", "new", "DANCE"}, 10, "REQUEST or DECISION"},
        BadLine{"UnknownChannel",
                {"act", "lint", "--channel", "SMOKE"},
                10,
                "one of FORMAL, INTERINSTITUTIONAL, INFORMAL"},
        BadLine{"UnknownInsist", {"act", "lint", "--insist", "X"}, 10, "OTHER_CHANNEL"},
        BadLine{"LintFindsFaults", {"act", "lint", "--kind", "DECISION"}, 10, "MISSING  "},
        BadLine{"ReceiptIsNotThere", {"receipt", "show", "/none.receipt"}, 11, "/none.receipt"},
        BadLine{"CertificateIsNone", {"cert", "show", "/dev/null"}, 10, "CERTIFICATE_MALFORMED"},
        BadLine{"ContextName", {"context", "add", "a/b", "/dev/null"}, 10, "letters, digits"},
        BadLine{"UnknownContext", {"context", "use", "none"}, 11, "rogatoria context list"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(CommandLineTest, ASecondPkiInitKeepsWhatNoOptionChangesAndSaysSo) {
  const std::string pki = folder_ / "pki";
  const auto configuration = [&] { return *ReadFile(pki + "/rogatoriad.toml", 1 << 16); };
  Outcome outcome = Try({"pki", "init", pki, "--endpoint", "127.0.0.1:9443"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("Kept")));
  ASSERT_EQ(Try({"pki", "issue", pki, "--authority", "pt-pgr"}).code, 0);
  const std::string first = configuration();
  outcome = Try({"pki", "init", pki});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err,
              testing::HasSubstr("--endpoint 127.0.0.1:9443, --admin-endpoint 127.0.0.1:7444, "
                                 "--operator op-1, rogatoriad.toml"));
  EXPECT_EQ(configuration(), first);
  outcome = Try({"pki", "init", pki, "--admin-endpoint", "127.0.0.1:9444"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, testing::HasSubstr("--endpoint 127.0.0.1:9443, --operator op-1\n"));
  EXPECT_THAT(
      configuration(),
      testing::AllOf(testing::HasSubstr("127.0.0.1:9443"), testing::HasSubstr("127.0.0.1:9444")));
  EXPECT_THAT(*ReadFile(pki + "/authorities/pt-pgr/office.toml", 1 << 16),
              testing::HasSubstr("127.0.0.1:9443"));
  EXPECT_EQ(Try({"pki", "init", pki, "--endpoint", ""}).code, 10);
  EXPECT_EQ(Try({"pki", "init", pki, "--host", "hub.test"}).code, 10);
}

TEST_F(CommandLineTest, EveryStatusCodeHasAnExitCodeOfItsOwn) {
  std::set<int> seen;
  for (int code = 1; code <= 16; ++code) {
    const int exit = ExitCode(absl::Status(static_cast<absl::StatusCode>(code), "x"));
    EXPECT_GT(exit, 0);
    EXPECT_NE(exit, 2);
    if (exit != 1) {
      EXPECT_TRUE(seen.insert(exit).second) << code;
    }
  }
  EXPECT_EQ(ExitCode(absl::OkStatus()), 0);
}

TEST_F(CommandLineTest, ARepeatedOptionDoesNotSwallowWhatFollows) {
  ASSERT_THAT(WriteFileDurably(folder_ / "letter.pdf", "%PDF"), IsOk());
  const Outcome outcome =
      Try({"act", "lint", "--to", "co-fgn", folder_ / "letter.pdf", "--subject", "x"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, testing::HasSubstr("Nothing is missing."));
}

TEST_F(CommandLineTest, HelpListsTheReasonsToInsist) {
  const std::string help = Try({"act", "send", "--help"}).out;
  const auto& reasons = *v1::InsistReason_descriptor();
  for (int i = 1; i < reasons.value_count(); ++i) {
    EXPECT_THAT(help, testing::HasSubstr(reasons.value(i)->name().substr(15)));
  }
}

// The profiles are the examples of docs/office-profile.md.
TEST_F(CommandLineTest, ACommandSaysWhoseProfileItNeeds) {
  const auto page = ReadFile(ROGATORIA_SOURCE_DIR "/docs/office-profile.md", 1 << 20);
  ASSERT_THAT(page, IsOk());
  const std::vector<std::string> parts = absl::StrSplit(*page, "```");
  ASSERT_GE(parts.size(), 4u);
  const auto write = [&](const std::string& name, std::string block) {
    ASSERT_THAT(WriteFileDurably(folder_ / name, block.substr(block.find('\n'))), IsOk());
  };
  write("office.toml", parts[1]);
  write("operator.toml", parts[3]);
  const Outcome office = Try({"--profile", folder_ / "office.toml", "status"});
  EXPECT_EQ(office.code, 14);
  EXPECT_THAT(office.err, testing::HasSubstr("--profile operator.toml"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"case", "list"}, {"inbox", "list"}, {"outbox", "send"}}) {
    std::vector<std::string> line = {"--language", "es", "--profile", folder_ / "operator.toml"};
    line.insert(line.end(), words.begin(), words.end());
    const Outcome outcome = Try(line);
    EXPECT_EQ(outcome.code, 14) << words[0];
    EXPECT_THAT(outcome.err, testing::HasSubstr("Esta orden es para oficinas"));
  }
}

// What was said on standard error for a status.
std::string Said(const absl::Status& status, Language language) {
  Session session;
  session.language = language;
  testing::internal::CaptureStderr();
  PrintError(session, status);
  return testing::internal::GetCapturedStderr();
}

TEST_F(CommandLineTest, AnExplanationIsNotCalledWhatIsAccepted) {
  const absl::Status refusal = Error(Reason::RECIPIENT_SUSPENDED)
                                   .Field("act.header.recipients[0]")
                                   .Accepted("The recipient co-fgn is suspended.");
  EXPECT_THAT(Said(refusal, Language::kEnglish),
              testing::AllOf(testing::HasSubstr("The recipient is suspended and takes no acts"),
                             testing::HasSubstr("why: The recipient co-fgn is suspended."),
                             testing::Not(testing::HasSubstr("accepted:"))));
  EXPECT_THAT(Said(refusal, Language::kPortuguese),
              testing::AllOf(testing::HasSubstr("O destinatário está suspenso"),
                             testing::HasSubstr("explicação (em inglês): The recipient")));
  EXPECT_THAT(Said(Error(Reason::DIRECTORY_INVALID).Accepted("a.toml:1:1: none\nb.toml:2:1: x"),
                   Language::kSpanish),
              testing::HasSubstr("explicación (en inglés): b.toml:2:1: x"));
  EXPECT_THAT(Said(Error(Reason::FIELD_INVALID).Accepted("a number"), Language::kSpanish),
              testing::HasSubstr("se acepta (en inglés): a number"));
}

// As a hub or an agent refuses: the translations of what it says stay there.
TEST_F(CommandLineTest, EnglishOfOthersIsCalledEnglish) {
  const Error error = Error(Reason::WRONG_STATE).Field("request_id");
  EXPECT_THAT(
      Said(Error(error).Accepted("an act that waits for its signature"), Language::kSpanish),
      testing::HasSubstr("se acepta (en inglés): an act that waits"));
  EXPECT_THAT(Said(Error(error).Accepted("INFORMAL, FORMAL"), Language::kSpanish),
              testing::HasSubstr("se acepta: INFORMAL, FORMAL"));
  EXPECT_THAT(Said(Explained(error, Sentence::DAY_FORM), Language::kSpanish),
              testing::HasSubstr("se acepta: un día como"));
}

TEST_F(CommandLineTest, WhatTheOfficesSideExplainsIsInTheReadersLanguage) {
  const absl::Status distrusted =
      Explained(Error(Reason::KEY_NOT_TRUSTED).Field("co-fgn"), Sentence::NO_SEALING_KEY);
  EXPECT_THAT(Said(distrusted, Language::kEnglish), testing::HasSubstr("why: it has no"));
  EXPECT_THAT(Said(distrusted, Language::kSpanish),
              testing::HasSubstr("  explicación: no tiene clave de sellado"));
  const absl::Status damaged =
      Failure(absl::StatusCode::kDataLoss, Sentence::FILE_DAMAGED, "outbox/a.act");
  EXPECT_THAT(Said(damaged, Language::kPortuguese),
              testing::HasSubstr("Não funcionou: danificado: outbox/a.act"));
  // Of a library below us there is English only, and it is called that.
  EXPECT_THAT(Said(absl::DataLossError("a proof too long"), Language::kPortuguese),
              testing::HasSubstr("explicação (em inglês): a proof too long"));
}

TEST_F(CommandLineTest, AFaultInAFileIsToldInTheReadersLanguage) {
  ASSERT_THAT(WriteFileDurably(folder_ / "act.toml", "kind = 3\n"), IsOk());
  EXPECT_THAT(Try({"act", "lint", folder_ / "act.toml", "--language", "es"}).err,
              testing::HasSubstr("línea 1, columna 8: se espera un texto"));
  ASSERT_THAT(WriteFileDurably(folder_ / "act.json", "[]"), IsOk());
  EXPECT_THAT(Try({"act", "lint", folder_ / "act.json", "--language", "pt"}).err,
              testing::HasSubstr("linha 1, coluna 1: um objeto JSON"));
  ASSERT_THAT(WriteFileDurably(folder_ / "office.toml", "colour = \"blue\"\n"), IsOk());
  EXPECT_THAT(Try({"--profile", folder_ / "office.toml", "case", "list", "--language", "pt"}).err,
              testing::HasSubstr("aceita-se: uma tabela com certificate e key"));
}

TEST_F(CommandLineTest, LintIsAListForPrograms) {
  const Outcome faults = Try({"act", "lint", "--kind", "DECISION", "-o", "json"});
  EXPECT_EQ(faults.code, 10);
  const Json findings = Json::parse(faults.out);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0]["standing"], "MISSING");
  EXPECT_EQ(findings[0]["field"], "to");
  EXPECT_EQ(findings[0]["message"],
            "Say whom it goes to: an authority, or a country and a measure.");
  EXPECT_EQ(findings.back()["standing"], "ADVICE");
  const Outcome wrong = Try({"act", "lint", "--to", "co-fgn", "--to", "co-fgn", "--text", "x"});
  EXPECT_THAT(wrong.err, testing::HasSubstr("WRONG    to: co-fgn is named twice"))
      << "nothing is missing";
  EXPECT_EQ(findings.back().size(), 5u) << "standing, field, message, source, guidance";
  const Outcome clean =
      Try({"act", "lint", "--to", "co-fgn", "--text", "x", "--subject", "y", "-q", "-o", "json"});
  EXPECT_EQ(clean.code, 0);
  EXPECT_EQ(Json::parse(clean.out), Json::array());
}

TEST_F(CommandLineTest, AnErrorsTextCannotSteerTheTerminal) {
  const Outcome outcome = Try({"receipt", "show", "/none\x1b[2J"});
  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos);
}

// Every path of the command tree.
void Walk(const CLI::App& app, const std::string& path, std::set<std::string>& paths) {
  paths.insert(path);
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    Walk(*child, absl::StrCat(path, path.empty() ? "" : " ", child->get_name()), paths);
  }
}

std::set<std::string> AllPaths() {
  Session session;
  CLI::App app;
  CommandTree tree(app, session);
  AddAllCommands(tree);
  std::set<std::string> paths;
  Walk(app, "", paths);
  return paths;
}

TEST_F(CommandLineTest, CompletionKnowsEveryCommandAndOption) {
  const std::set<std::string> paths = AllPaths();
  EXPECT_TRUE(paths.contains("act send") && paths.contains("pki issue"));
  for (const char* shell : {"bash", "zsh"}) {
    const std::string script = Try({"completion", shell}).out;
    for (const std::string& path : paths) {
      EXPECT_THAT(script, testing::HasSubstr(absl::StrCat("\"", path, "\") echo"))) << shell;
    }
    EXPECT_THAT(script, testing::HasSubstr("--channel-basis"));
  }
  const std::string fish = Try({"completion", "fish"}).out;
  for (const std::string& path : paths) {
    if (!path.empty()) {
      EXPECT_THAT(fish, testing::HasSubstr("rogatoria " + path + "*"));
    }
  }
}

TEST_F(CommandLineTest, BashCompletesAfterFilesAndOptions) {
  ASSERT_THAT(WriteFileDurably(folder_ / "completion.sh", Try({"completion", "bash"}).out), IsOk());
  const std::string script =
      absl::StrCat("bash -c '. ",
                   folder_ / "completion.sh",
                   "; COMP_WORDS=(rogatoria act send letter.pdf --chan); COMP_CWORD=4; _rogatoria;",
                   " echo ${COMPREPLY[@]}' > ",
                   folder_ / "words");
  ASSERT_EQ(std::system(script.c_str()), 0);
  const auto words = ReadFile(folder_ / "words", 1024);
  ASSERT_THAT(words, IsOk());
  EXPECT_EQ(*words, "--channel --channel-basis\n");
}

TEST_F(CommandLineTest, EveryCommandHasHelpInThreeLanguages) {
  for (const std::string& path : AllPaths()) {
    std::set<std::string> texts;
    for (const char* language : {"en", "es", "pt"}) {
      std::vector<std::string> words = absl::StrSplit(path, ' ', absl::SkipEmpty());
      words.insert(words.end(), {"--help", "--language", language});
      const Outcome outcome = Try(words);
      EXPECT_EQ(outcome.code, 0) << path;
      texts.insert(outcome.out);
    }
    EXPECT_EQ(texts.size(), 3u) << path;
  }
}

TEST_F(CommandLineTest, ContextsNameProfiles) {
  ASSERT_THAT(WriteFileDurably(folder_ / "a.toml", "trust_domain = \"x\"\n"), IsOk());
  ASSERT_THAT(WriteFileDurably(folder_ / "b.toml", "trust_domain = \"y\"\n"), IsOk());
  EXPECT_EQ(Try({"context", "add", "a", folder_ / "a.toml"}).code, 0);
  EXPECT_EQ(Try({"context", "add", "b", folder_ / "b.toml"}).code, 0);
  EXPECT_EQ(Try({"context", "list", "-o", "name"}).out, "a\nb\n");
  EXPECT_THAT(Try({"context", "list"}).out, testing::ContainsRegex("\\* +a "));
  EXPECT_EQ(Try({"context", "use", "b"}).code, 0);
  EXPECT_THAT(Try({"context", "list"}).out, testing::ContainsRegex("\\* +b "));
  EXPECT_EQ(Try({"context", "remove", "b"}).code, 0);
  EXPECT_EQ(Try({"context", "list", "-o", "name"}).out, "a\n");
  EXPECT_EQ(Try({"case", "list"}).code, 11);  // none is in use now
  EXPECT_EQ(Try({"context", "add", "c", folder_ / "none.toml"}).code, 11);
}

}  // namespace
}  // namespace rogatoria::cli
