#include "analyzer/ir/parse.h"

#include "analyzer/ir/parser.h"

namespace raddle::ir {
namespace {

constexpr int kMaxNesting = 200;  // of parentheses in a place

}  // namespace

Token Parser::take() {
    Token taken = std::move(token_);
    token_ = error_ ? Token{} : lexer_.next();
    if (token_.kind == TokenKind::bad) fail(Token(token_), token_.text);
    return taken;
}

void Parser::fail(const Token& at, std::string message) {
    if (!error_) error_ = Error{std::move(message), file_, at.line, at.column};
    token_ = Token{};
}

bool Parser::accept(std::string_view punctuation) {
    if (!at(punctuation)) return false;
    take();
    return true;
}

bool Parser::acceptWord(std::string_view word) {
    if (!token_.isWord(word)) return false;
    take();
    return true;
}

void Parser::expect(const char* punctuation) {
    if (!accept(punctuation)) fail(token_, "'" + std::string(punctuation) + "' expected");
}

void Parser::endLine() {
    if (lineGoesOn()) return expected("end of line");
    if (token_.kind == TokenKind::newline) take();
}

// What follows the `->` at hand: a field, or the variable that receives a result.
bool Parser::fieldFollows() const {
    Lexer ahead = lexer_;
    Token next = ahead.next();
    return next.kind == TokenKind::word || next.kind == TokenKind::string;
}

std::string Parser::wordOrString(const char* what) {
    if (token_.kind == TokenKind::word || token_.kind == TokenKind::string) return take().text;
    expected(what);
    return {};
}

int64_t Parser::number() {
    if (token_.kind == TokenKind::number) return take().number;
    expected("number");
    return 0;
}

uint32_t Parser::position() {
    if (token_.kind == TokenKind::number && (token_.number < 0 || token_.number > UINT32_MAX))
        fail(token_, "line or column out of range");
    return static_cast<uint32_t>(number());
}

// After `at`: LINE[:COLUMN], with FILE: or ?: before it, or ?.
Location Parser::location() {
    Location out;
    if (accept("?")) {
        if (!accept(":")) return out;
    } else if (token_.kind == TokenKind::string) {
        out.file = intern(take().text);
        expect(":");
    } else {
        out.file = intern(unit_.file);
    }
    out.line = position();
    if (accept(":")) out.column = position();
    return out;
}

Root Parser::variable() {
    if (accept("?")) return {};
    if (token_.kind == TokenKind::global) {
        auto found = globals_.find(token_.text);
        if (found == globals_.end()) {
            fail(token_, "no global @" + token_.text + " declared before");
            return {};
        }
        take();
        return {RootKind::global, found->second};
    }
    if (token_.kind == TokenKind::variable) {
        auto found = body_.variables.find(token_.text);
        if (found == body_.variables.end()) {
            fail(token_, "no formal or local %" + token_.text + " declared before");
            return {};
        }
        take();
        return found->second;
    }
    expected("variable");
    return {};
}

Step Parser::index() {
    Step step;
    if (accept("?")) {
        step.kind = StepKind::indexAny;
    } else if (token_.kind == TokenKind::number) {
        step = {StepKind::indexConstant, RootKind::none, number()};
    } else {
        Root root = variable();
        step = {StepKind::indexVariable, root.kind, root.index};
    }
    expect("]");
    return step;
}

Place Parser::place(int nesting) {
    size_t stars = 0;
    while (accept("*")) ++stars;
    Place out;
    if (at("(")) {
        if (nesting == kMaxNesting) {
            fail(token_, "place too deeply nested");
            return out;
        }
        take();
        out = place(nesting + 1);
        expect(")");
    } else {
        out.root = variable();
    }
    for (;;) {
        if (accept("[")) {
            out.steps.push_back(index());
            continue;
        }
        if (at(".") || (at("->") && fieldFollows())) {
            if (take().text == "->") out.steps.push_back({StepKind::deref});
            out.steps.push_back({StepKind::field, RootKind::none, name("field").value});
            continue;
        }
        if (accept("^")) {
            out.steps.push_back({StepKind::container, RootKind::none, name("field").value});
            continue;
        }
        break;
    }
    out.steps.insert(out.steps.end(), stars, Step{StepKind::deref});
    return out;
}

Value Parser::value() {
    Value out;
    if (accept("?")) return out;
    if (token_.kind == TokenKind::number) {
        out.kind = ValueKind::constant;
        out.constant = number();
    } else if (token_.kind == TokenKind::word || token_.kind == TokenKind::string) {
        out.kind = ValueKind::function;
        out.function = name("function");
    } else {
        out.kind = accept("&") ? ValueKind::address : ValueKind::load;
        out.place = place();
        if (out.kind == ValueKind::load && (at("==") || at("!="))) {
            out.kind = take().text == "==" ? ValueKind::equals : ValueKind::differs;
            out.constant = number();
        } else if (out.kind == ValueKind::load && accept("+")) {
            out.kind = ValueKind::sum;
            out.constant = number();
        }
    }
    return out;
}

std::vector<Place> Parser::places() {
    std::vector<Place> out;
    do out.push_back(place());
    while (accept(","));
    return out;
}

void Parser::type(NameId& name, bool& isPointer) {
    if (!accept(":")) return;
    if (!at("*")) name = this->name("type");
    isPointer = accept("*");
}

void Parser::global() {
    Token label = token_;
    Global global;
    global.at = here(label);
    if (label.kind != TokenKind::global) return expected("@name");
    take();
    if (!globals_.emplace(label.text, unit_.globals.size()).second)
        return fail(label, "global @" + label.text + " declared twice");
    global.key = intern(label.text);
    if (!label.text.empty()) global.name = global.key;
    type(global.type, global.isPointer);
    while (nameAttribute(global) || enumWord(kLockWords, global.lockKind) || flag(global, kGlobalFlags) ||
           token_.isWord("runs") || token_.isWord("at")) {
        if (acceptWord("runs")) global.callOperator = name("function");
        if (acceptWord("at")) global.at = location();
    }
    unit_.globals.push_back(global);
    endLine();
}

void Parser::contract() {
    Contract contract;
    if (!enumWord(kContractWords, contract.kind)) return expected("kind of contract");
    contract.subject = name("what it is about");
    for (;;) {
        if (acceptWord("formal"))
            contract.formal = number();
        else if (acceptWord("member"))
            contract.member = name("member");
        else if (acceptWord("global"))
            contract.global = name("global");
        else if (acceptWord("shared"))
            contract.shared = true;
        else
            break;
    }
    unit_.contracts.push_back(contract);
    endLine();
}

void Parser::header() {
    Token word = take();
    if (word.isWord("unit")) {
        if (begun_) return fail(word, "'unit' must come first, once");
        if (token_.kind != TokenKind::string) return expected("file name in quotes");
        unit_.file = take().text;
        endLine();
    } else if (word.isWord("opaque")) {
        unit_.opaque.push_back(wordOrString("construct"));
        endLine();
    } else if (word.isWord("global")) {
        global();
    } else if (word.isWord("override")) {
        Override pair;
        pair.base = name("function");
        pair.derived = name("function");
        unit_.overrides.push_back(pair);
        endLine();
    } else if (word.isWord("contract")) {
        contract();
    } else if (word.isWord("func")) {
        function();
    } else {
        fail(word, "'unit', 'opaque', 'global', 'override', 'contract' or 'func' expected");
    }
    begun_ = true;
}

Result<Unit> Parser::run() {
    while (token_.kind != TokenKind::end) {
        if (token_.kind == TokenKind::newline)
            take();
        else
            header();
    }
    if (error_) return *error_;
    return std::move(unit_);
}

Result<Unit> parse(std::string_view text, const std::string& file) {
    return Parser(text, file).run();
}

}  // namespace raddle::ir
