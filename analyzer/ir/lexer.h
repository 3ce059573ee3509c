// Cuts CIR text into tokens, on demand. Any input is accepted: what is no token comes out as `bad` with a message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace raddle::ir {

enum class TokenKind : uint8_t { end, newline, word, string, number, variable, global, punctuation, bad };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  // of strings, variables and globals without quotes and sigil; of `bad` the message
    int64_t number = 0;
    uint32_t line = 1;
    uint32_t column = 1;

    bool is(std::string_view punctuation) const { return kind == TokenKind::punctuation && text == punctuation; }
    bool isWord(std::string_view word) const { return kind == TokenKind::word && text == word; }
};

bool isWordStart(char c);
// Length of the word that `text` starts with: letters, digits, _ $ ~ and pairs of colons between them.
size_t wordLength(std::string_view text);

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}
    Token next();

  private:
    void skipBlanks();
    void advance(size_t count);
    Token quotedText(Token token);
    Token number(Token token);
    Token variable(Token token);

    std::string_view text_;  // what is left
    uint32_t line_ = 1;
    uint32_t column_ = 1;
};

}  // namespace raddle::ir
