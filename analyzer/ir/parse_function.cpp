#include "analyzer/ir/parser.h"

namespace raddle::ir {

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
        condition.ordering = acceptWord("ordering");
        if (acceptWord("text")) condition.text = name("text");
        if (acceptWord("uses")) condition.uses = places();
    }
    std::vector<Token>& labels = body_.successors.back();
    Condition& switched = body_.function.blocks.back().condition;
    while (word.text != "leave" && token_.kind == TokenKind::word) {
        if (acceptWord("case"))
            switched.labels.emplace_back(number());
        else if (acceptWord("default"))
            switched.labels.emplace_back(std::nullopt);
        if (token_.kind != TokenKind::word) return expected("label");
        labels.push_back(take());
    }
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

}  // namespace raddle::ir
