// The parser of CIR text, split over parse.cpp (tokens, parts, globals) and parse_function.cpp. Private to parse.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/ir/ir.h"
#include "analyzer/ir/lexer.h"
#include "analyzer/ir/words.h"
#include "core/support/result.h"

namespace raddle::ir {

// Recursive descent with one token of lookahead. The first error is kept and turns every later token into the
// end of the input, so that all loops stop and no step needs to check the one before.
class Parser {
  public:
    Parser(std::string_view text, const std::string& file) : lexer_(text), file_(file) {
        unit_.file = file;
        take();
    }
    Result<Unit> run();

  private:
    // What is known of the function being read, until its labels can be resolved.
    struct Body {
        Function function;
        std::unordered_map<std::string, Root> variables;
        std::unordered_map<std::string, BlockId> labels;
        std::vector<std::vector<Token>> successors;  // of each block, by label
        std::vector<bool> ended;                     // of each block: has a goto, br or leave
        std::vector<Token> loopHeaders;
    };

    // Tokens
    Token take();
    void fail(const Token& at, std::string message);
    void expected(const char* what) { fail(token_, std::string(what) + " expected"); }
    bool at(std::string_view punctuation) const { return token_.is(punctuation); }
    bool accept(std::string_view punctuation);
    bool acceptWord(std::string_view word);
    void expect(const char* punctuation);
    void endLine();
    bool fieldFollows() const;
    bool lineGoesOn() const { return token_.kind != TokenKind::newline && token_.kind != TokenKind::end; }

    // Parts
    NameId intern(std::string_view text) { return unit_.names.intern(text); }
    std::string wordOrString(const char* what);
    NameId name(const char* what) { return intern(wordOrString(what)); }
    int64_t number();
    uint32_t position();
    Location here(const Token& token) { return {intern(file_), token.line, token.column}; }
    Location location();
    Root variable();
    Place place(int nesting = 0);
    Step index();
    Value value();
    std::vector<Place> places();
    void type(NameId& name, bool& isPointer);
    template <class Struct, size_t N>
    bool flag(Struct& object, const Flag<Struct> (&flags)[N]);
    template <size_t N, class Enum>
    bool enumWord(const std::array<std::string_view, N>& words, Enum& out);
    template <class Named>
    bool nameAttribute(Named& object);

    // Lines
    void header();
    void global();
    void contract();
    Variable declaration(RootKind kind, uint32_t index);
    void functionHead();
    void functionAttributes(Function& function);
    void function();
    void bodyLine();
    void label(const Token& name);
    void loop();
    void op(const Token& word);
    void operand(Op& op);
    void attributes(Op& op);
    bool attribute(Op& op);
    void endBlock(const Token& word);
    void openBlock();
    void resolve();

    Lexer lexer_;
    std::string file_;
    Token token_;
    std::optional<Error> error_;
    Unit unit_;
    std::unordered_map<std::string, uint32_t> globals_;
    std::unordered_set<std::string> functions_;
    bool begun_ = false;  // anything but `unit` was read
    Body body_;
};

template <class Struct, size_t N>
bool Parser::flag(Struct& object, const Flag<Struct> (&flags)[N]) {
    for (const Flag<Struct>& flag : flags) {
        if (!acceptWord(flag.word)) continue;
        object.*flag.field = flag.whenSet;
        return true;
    }
    return false;
}

template <size_t N, class Enum>
bool Parser::enumWord(const std::array<std::string_view, N>& words, Enum& out) {
    int found = token_.kind == TokenKind::word ? indexOfWord(words, token_.text) : -1;
    if (found < 0) return false;
    take();
    out = static_cast<Enum>(found);
    return true;
}

template <class Named>
bool Parser::nameAttribute(Named& object) {
    if (acceptWord("unnamed"))
        object.name = {};
    else if (acceptWord("name"))
        object.name = name("name");
    else
        return false;
    return true;
}

}  // namespace raddle::ir
