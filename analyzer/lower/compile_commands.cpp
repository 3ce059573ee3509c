#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "analyzer/lower/lower.h"
#include "core/support/file_system.h"
#include "core/support/text_position.h"

namespace raddle::lower {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Splits a command line as a POSIX shell does, without expansions.
std::vector<std::string> splitCommand(const std::string& command) {
    std::vector<std::string> out;
    std::string word;
    bool inWord = false;
    char quote = 0;
    for (size_t i = 0; i < command.size(); ++i) {
        char c = command[i];
        bool escapes = c == '\\' && quote != '\'' && i + 1 < command.size();
        if (escapes && quote == '"')
            escapes = std::string_view("\"\\$`").find(command[i + 1]) != std::string_view::npos;
        if (escapes) {
            word += command[++i];
            inWord = true;
        } else if (quote) {
            if (c == quote)
                quote = 0;
            else
                word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            inWord = true;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (inWord) out.push_back(std::move(word));
            word.clear();
            inWord = false;
        } else {
            word += c;
            inWord = true;
        }
    }
    if (inWord) out.push_back(std::move(word));
    return out;
}

// Throws Json::exception for members of a wrong type.
Result<CompileCommand> commandFrom(const Json& entry, const fs::path& folder) {
    CompileCommand command;
    command.directory = (folder / entry.value("directory", "")).lexically_normal().string();
    std::string file = entry.value("file", "");
    if (file.empty()) return Error{"has no \"file\""};
    command.file = (fs::path(command.directory) / file).lexically_normal().string();
    if (entry.contains("arguments"))
        command.arguments = entry["arguments"].get<std::vector<std::string>>();
    else
        command.arguments = splitCommand(entry.value("command", ""));
    if (command.arguments.empty()) return Error{"has neither \"arguments\" nor a \"command\""};
    return command;
}

}  // namespace

Result<std::vector<CompileCommand>> readCompileCommands(const std::string& directory) {
    fs::path folder = fs::absolute(directory.empty() ? "." : directory).lexically_normal();
    std::string file = (fs::path(directory) / "compile_commands.json").string();
    std::error_code error;
    const bool isThere = fs::exists(file, error);
    if (error) return Error{"cannot be read: " + error.message(), file};
    if (!isThere)
        return Error{
            "no compilation database; make one with `raddle scan --build make`, `bear -- make` or `cmake "
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON`",
            file};
    std::string text = TRY(readFile(file));
    std::vector<CompileCommand> out;
    std::unordered_set<std::string> seen;
    size_t index = 0;
    try {
        Json database = Json::parse(text);
        if (!database.is_array()) return Error{"not a compilation database: no array of commands", file};
        for (const Json& entry : database) {
            Result<CompileCommand> command = commandFrom(entry, folder);
            if (!command.ok()) return Error{"entry " + std::to_string(index) + " " + command.error().message, file};
            if (seen.insert(command->file).second) out.push_back(std::move(*command));
            ++index;
        }
    } catch (const Json::parse_error& error) {
        return errorAtByte("not valid JSON", file, text, error.byte);
    } catch (const Json::exception&) {
        return Error{"entry " + std::to_string(index) + " is not a compile command", file};
    }
    return out;
}

}  // namespace raddle::lower
