#include "analyzer/ir/parse.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/ir/lexer.h"
#include "analyzer/ir/words.h"

namespace raddle::ir {
namespace {

constexpr int kMaxNesting = 200;  // of parentheses in a place

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

Variable Parser::declaration(RootKind kind, uint32_t index) {
    Variable variable;
    Token label = token_;
    if (label.kind != TokenKind::variable) {
        expected("%name");
        return variable;
    }
    take();
    if (!body_.variables.emplace(label.text, Root{kind, index}).second)
        fail(label, "%" + label.text + " declared twice");
    std::string_view name = std::string_view(label.text).substr(0, label.text.find('#'));
    if (!name.empty()) variable.name = intern(name);
    type(variable.type, variable.isPointer);
    while (nameAttribute(variable) || flag(variable, kVariableFlags) || token_.isWord("runs"))
        if (acceptWord("runs")) variable.callOperator = this->name("function");
    return variable;
}

void Parser::functionHead() {
    Function& function = body_.function;
    Token key = token_;
    function.at = here(key);
    function.file = intern(unit_.file);
    std::string text = wordOrString("name of a function");
    if (!functions_.insert(text).second) return fail(key, "function " + text + " defined twice");
    function.key = intern(text);
    if (!text.empty()) function.name = function.key;
    expect("(");
    while (!at(")") && !error_) {
        if (!function.formals.empty()) expect(",");
        function.formals.push_back(declaration(RootKind::formal, static_cast<uint32_t>(function.formals.size())));
    }
    expect(")");
    functionAttributes(function);
    expect("{");
    endLine();
}

void Parser::functionAttributes(Function& function) {
    for (;;) {
        if (nameAttribute(function) || enumWord(kRoleWords, function.role) || flag(function, kFunctionFlags)) continue;
        if (acceptWord("class")) {
            function.klass = name("class");
        } else if (acceptWord("file")) {
            function.file = accept("?") ? NameId{} : name("file");
        } else if (acceptWord("at")) {
            function.at = location();
        } else {
            return;
        }
    }
}

void Parser::function() {
    body_ = Body{};
    functionHead();
    while (!at("}") && !error_) {
        if (token_.kind == TokenKind::end) return fail(token_, "'}' expected before the end of the file");
        if (token_.kind == TokenKind::newline)
            take();
        else
            bodyLine();
    }
    expect("}");
    endLine();
    resolve();
    unit_.functions.push_back(std::move(body_.function));
}

void Parser::bodyLine() {
    if (token_.kind != TokenKind::word) return expected("op, label or declaration");
    Token word = take();
    if (accept(":")) return label(word);
    if (word.text == "local") {
        std::vector<Variable>& locals = body_.function.locals;
        do locals.push_back(declaration(RootKind::local, static_cast<uint32_t>(locals.size())));
        while (accept(","));
        endLine();
    } else if (word.text == "loop") {
        loop();
    } else if (word.text == "goto" || word.text == "br" || word.text == "leave") {
        endBlock(word);
    } else {
        op(word);
    }
}

void Parser::label(const Token& name) {
    auto block = static_cast<BlockId>(body_.function.blocks.size());
    if (!body_.labels.emplace(name.text, block).second) return fail(name, "label " + name.text + " defined twice");
    openBlock();
    if (token_.kind == TokenKind::newline) take();
}

void Parser::openBlock() {
    body_.function.blocks.emplace_back();
    body_.successors.emplace_back();
    body_.ended.push_back(false);
}

void Parser::loop() {
    Loop loop;
    body_.loopHeaders.push_back(token_);
    if (token_.kind != TokenKind::word) return expected("label");
    take();
    loop.variable = variable();
    if (!acceptWord("from")) return expected("'from'");
    loop.from = value();
    if (!acceptWord("to")) return expected("'to'");
    loop.to = value();
    body_.function.loops.push_back(loop);
    endLine();
}

void Parser::op(const Token& word) {
    int kind = indexOfWord(kOpWords, word.text, 0);
    if (kind < 0) return fail(word, "unknown op '" + word.text + "'");
    if (body_.ended.empty()) openBlock();
    if (body_.ended.back()) return fail(word, "the block has ended; a label must come first");
    Op op;
    op.kind = static_cast<OpKind>(kind);
    op.at = here(word);
    operand(op);
    if (accept("(")) {
        while (!at(")") && !error_) {
            if (!op.args.empty()) expect(",");
            op.args.push_back(value());
        }
        expect(")");
    }
    attributes(op);
    body_.function.blocks.back().ops.push_back(std::move(op));
    endLine();
}

void Parser::operand(Op& op) {
    bool starts =
        token_.kind == TokenKind::variable || token_.kind == TokenKind::global || at("*") || at("(") || at("?");
    if (!takesValue(op.kind)) {
        if (starts) op.place = place();
        if (starts && accept("=")) op.value = value();
        return;
    }
    if (op.kind == OpKind::ret && token_.kind == TokenKind::word && isOpAttribute(token_.text)) return;
    if (!lineGoesOn()) return;
    op.value = value();
    if (!at("=")) return;
    bool isPlace = op.value.kind == ValueKind::load || op.value.kind == ValueKind::unknown;
    if (!isPlace) return fail(token_, "a place expected before '='");
    take();
    op.place = std::move(op.value.place);
    op.value = value();
}

void Parser::attributes(Op& op) {
    while (attribute(op)) {
    }
}

bool Parser::attribute(Op& op) {
    if (accept("->"))
        op.result = variable();
    else if (acceptWord("uses"))
        op.uses = places();
    else if (acceptWord("success"))
        op.successValue = number();
    else if (acceptWord("at"))
        op.at = location();
    else
        return flag(op, kOpFlags) || enumWord(kOrderWords, op.order) || enumWord(kLockWords, op.lockKind) ||
               enumWord(kModeWords, op.mode) || enumWord(kAttemptWords, op.attempt);
    return true;
}

void Parser::endBlock(const Token& word) {
    if (body_.ended.empty()) openBlock();
    if (body_.ended.back()) return fail(word, "the block has ended; a label must come first");
    body_.ended.back() = true;
    if (word.text == "br") {
        Condition& condition = body_.function.blocks.back().condition;
        condition.place = place();
        if (at("==") || at("!=")) {
            condition.equal = take().text == "==";
            condition.constant = number();
        } else if (condition.place.valid()) {
            condition.equal = false;
        }
        if (acceptWord("uses")) condition.uses = places();
    }
    std::vector<Token>& labels = body_.successors.back();
    while (word.text != "leave" && token_.kind == TokenKind::word) labels.push_back(take());
    if (word.text == "goto" && labels.size() != 1) return expected(labels.empty() ? "label" : "one label");
    endLine();
}

// Labels become block ids; a block that ends in nothing goes on with the next one.
void Parser::resolve() {
    auto find = [&](const Token& label) {
        auto found = body_.labels.find(label.text);
        if (found == body_.labels.end()) {
            fail(label, "no label " + label.text);
            return BlockId{0};
        }
        return found->second;
    };
    std::vector<Block>& blocks = body_.function.blocks;
    for (size_t i = 0; i < blocks.size(); ++i) {
        for (const Token& label : body_.successors[i]) blocks[i].successors.push_back(find(label));
        bool ends = body_.ended[i] || (!blocks[i].ops.empty() && endsBlock(blocks[i].ops.back().kind));
        if (!ends && i + 1 < blocks.size()) blocks[i].successors.push_back(static_cast<BlockId>(i + 1));
    }
    for (size_t i = 0; i < body_.function.loops.size(); ++i)
        body_.function.loops[i].header = find(body_.loopHeaders[i]);
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
    } else if (word.isWord("func")) {
        function();
    } else {
        fail(word, "'unit', 'opaque', 'global', 'override' or 'func' expected");
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

}  // namespace

Result<Unit> parse(std::string_view text, const std::string& file) {
    return Parser(text, file).run();
}

}  // namespace raddle::ir
