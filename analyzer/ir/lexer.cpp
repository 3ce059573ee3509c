#include "analyzer/ir/lexer.h"

#include <charconv>

namespace raddle::ir {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWordByte(char c) {
    return isWordStart(c) || isDigit(c);
}

int hexDigit(char c) {
    if (isDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Token bad(Token token, std::string message) {
    token.kind = TokenKind::bad;
    token.text = std::move(message);
    return token;
}

}  // namespace

bool isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '~' ||
           static_cast<unsigned char>(c) >= 0x80;
}

size_t wordLength(std::string_view text) {
    size_t length = 0;
    while (length < text.size()) {
        if (isWordByte(text[length]))
            ++length;
        else if (text.substr(length, 2) == "::" && length + 2 < text.size() && isWordByte(text[length + 2]))
            length += 2;
        else
            break;
    }
    return length;
}

void Lexer::advance(size_t count) {
    text_.remove_prefix(count);
    column_ += static_cast<uint32_t>(count);
}

void Lexer::skipBlanks() {
    for (;;) {
        if (text_.starts_with("//")) {
            advance(std::min(text_.find('\n'), text_.size()));
        } else if (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r')) {
            advance(1);
        } else {
            return;
        }
    }
}

Token Lexer::next() {
    skipBlanks();
    Token token;
    token.line = line_;
    token.column = column_;
    if (text_.empty()) return token;
    char c = text_[0];
    if (c == '\n') {
        token.kind = TokenKind::newline;
        text_.remove_prefix(1);
        ++line_;
        column_ = 1;
        return token;
    }
    if (c == '"') {
        token.kind = TokenKind::string;
        return quotedText(std::move(token));
    }
    if (c == '%' || c == '@') return variable(std::move(token));
    if (isDigit(c) || (c == '-' && text_.size() > 1 && isDigit(text_[1]))) return number(std::move(token));
    if (isWordStart(c)) {
        token.kind = TokenKind::word;
        token.text = text_.substr(0, wordLength(text_));
        advance(token.text.size());
        return token;
    }
    token.kind = TokenKind::punctuation;
    for (std::string_view two : {"->", "==", "!="})
        if (text_.starts_with(two)) token.text = two;
    if (token.text.empty()) {
        if (std::string_view("*&?=:,.(){}[]^+").find(c) == std::string_view::npos)
            return bad(std::move(token), "unexpected character");
        token.text = c;
    }
    advance(token.text.size());
    return token;
}

Token Lexer::quotedText(Token token) {
    advance(1);
    while (!text_.empty() && text_[0] != '"') {
        if (text_[0] == '\n') break;
        if (text_[0] != '\\') {
            token.text += text_[0];
            advance(1);
        } else if (text_.size() >= 2 && (text_[1] == '"' || text_[1] == '\\')) {
            token.text += text_[1];
            advance(2);
        } else if (text_.size() >= 4 && text_[1] == 'x' && hexDigit(text_[2]) >= 0 && hexDigit(text_[3]) >= 0) {
            token.text += static_cast<char>(hexDigit(text_[2]) * 16 + hexDigit(text_[3]));
            advance(4);
        } else {
            token.column = column_;
            return bad(std::move(token), "unknown escape in a string");
        }
    }
    if (text_.empty() || text_[0] == '\n') return bad(std::move(token), "string without an end");
    advance(1);
    return token;
}

Token Lexer::number(Token token) {
    token.kind = TokenKind::number;
    auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), token.number);
    if (error != std::errc()) return bad(std::move(token), "number out of range");
    token.text = text_.substr(0, static_cast<size_t>(end - text_.data()));
    advance(token.text.size());
    return token;
}

// The label of a variable may have a '#', which sets apart variables of one name.
Token Lexer::variable(Token token) {
    token.kind = text_[0] == '%' ? TokenKind::variable : TokenKind::global;
    advance(1);
    if (text_.starts_with('"')) return quotedText(std::move(token));
    size_t length = wordLength(text_);
    if (text_.substr(length).starts_with('#')) {
        ++length;
        while (length < text_.size() && isDigit(text_[length])) ++length;
    }
    if (length == 0) return bad(std::move(token), "name of a variable expected");
    token.text = text_.substr(0, length);
    advance(length);
    return token;
}

}  // namespace raddle::ir
