// Construction and destruction of objects: guards, closures, smart pointers, classes of the program.
#include <algorithm>

#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

constexpr const char* kGuardLock = "$lock";
constexpr const char* kGuardOwns = "$owns";

bool isCopyOrMove(const clang::CXXConstructExpr* expr) {
    return expr->getNumArgs() >= 1 && expr->getConstructor()->isCopyOrMoveConstructor();
}

}  // namespace

ir::Place FunctionLowering::destinationOf(const clang::Expr* expr) {
    if (auto it = destinations_.find(expr); it != destinations_.end()) return it->second;
    if (auto it = newOf_.find(expr); it != newOf_.end()) return {newObject(it->second), {ir::Step{}}};
    return {temporary(expr->getType()), {}};
}

ir::Root FunctionLowering::newObject(const clang::CXXNewExpr* expr) {
    if (auto it = newObjects_.find(expr); it != newObjects_.end()) return it->second;
    ir::Root pointer = temporary(expr->getType());
    newObjects_[expr] = pointer;
    if (expr->getNumPlacementArgs() == 1 && expr->getPlacementArg(0)->getType()->isPointerType()) {
        emitStore({pointer, {}}, rvalue(expr->getPlacementArg(0)), expr->getExprLoc());
    } else {
        emit(ir::OpKind::alloc, expr->getExprLoc()).place = {pointer, {}};
    }
    return pointer;
}

FunctionLowering::Rvalue FunctionLowering::allocate(const clang::CXXNewExpr* expr) {
    ir::Root pointer = newObject(expr);
    if (const clang::Expr* init = expr->getInitializer()) {
        ir::Place object{pointer, {ir::Step{}}};
        if (init->getType()->isScalarType()) {
            emitStore(object, rvalue(init), init->getExprLoc()).isInit = true;
        } else if (!llvm::isa<clang::CXXConstructExpr>(init)) {
            initialise(object, expr->getAllocatedType(), init);
        }
    }
    return {loadOf({pointer, {}}), {}};
}

FunctionLowering::Rvalue FunctionLowering::construct(const clang::CXXConstructExpr* expr) {
    const clang::CXXConstructorDecl* constructor = expr->getConstructor();
    Rvalue result;
    // Copy elision before C++17 and casts: the object is the argument.
    if (expr->isElidable() && expr->getNumArgs() == 1 && expr->getArg(0)->isPRValue()) {
        result = rvalue(expr->getArg(0));
        places_[expr] = place(expr->getArg(0));
        return result;
    }
    ir::Place object = destinationOf(expr);
    places_[expr] = object;
    result.value = loadOf(object);
    const bool trivialCopy = isCopyOrMove(expr) && constructor->isTrivial();
    const bool known = context_.models().findGuard(context_.typeName(expr->getType())) ||
                       context_.models().find(context_.qualifiedName(constructor));
    if ((known || context_.isInSystemHeader(constructor->getLocation())) && !trivialCopy) {
        CallView view;
        view.expr = expr;
        view.callee = constructor;
        view.object = object;
        view.hasObject = true;
        view.args.assign(expr->arg_begin(), expr->arg_end());
        constructSystem(view, expr->getType());
        return result;
    }
    if (trivialCopy) {
        Rvalue from = loadFrom(place(expr->getArg(0)), expr->getType(), expr->getExprLoc());
        emitStore(object, from, expr->getExprLoc()).isInit = true;
        return result;
    }
    if (constructor->isTrivial()) return result;
    std::vector<ir::Value> args{addressOf(object)};
    for (const clang::Expr* arg : expr->arguments()) args.push_back(argumentValue(arg));
    ir::Op& op = emit(ir::OpKind::call, expr->getExprLoc());
    op.value.kind = ir::ValueKind::function;
    op.value.function = context_.functionKey(constructor);
    op.args = std::move(args);
    for (const clang::Expr* arg : expr->arguments()) giveAway(arg);
    return result;
}

// Constructs a library's object; `view` tells of what, and by which constructor where that is there to see.
void FunctionLowering::constructSystem(const CallView& view, clang::QualType made) {
    const std::string type = context_.typeName(made);
    const ir::Place& object = view.object;
    const clang::SourceLocation at = view.expr->getExprLoc();
    const auto* constructor = llvm::dyn_cast_or_null<clang::CXXConstructorDecl>(view.callee);
    if (constructor && !view.args.empty() && constructor->isCopyOrMoveConstructor()) {
        ir::Place from = place(view.args[0]);
        if (!context_.isSynchronisation(made)) loadFrom(from, made, at);
        if (!from.valid()) return;
        const bool moves = constructor->isMoveConstructor() && tracked(from, made) && !context_.isSynchronisation(made);
        if (type == "std::unique_ptr" || type == "std::shared_ptr") {
            movePointer(view.args[0], object, at);
            return;
        }
        emitStore(object, {loadOf(from), {}}, at).isInit = true;
        if (moves) emitAccess(ir::OpKind::store, from, at);
        if (context_.models().findGuard(type)) emitStore(field(from, kGuardLock), {constantOf(0), {}}, at);
        return;
    }
    if (const models::Guard* guard = context_.models().findGuard(type)) return constructGuard(*guard, object, view);
    const size_t scope = type.rfind("::");
    const std::string name =
        constructor
            ? context_.qualifiedName(constructor)
            : type + "::" + (scope == std::string::npos ? type : type.substr(scope + 2));  // std::thread::thread
    if (const models::Model* model = context_.models().find(name)) {
        if (view.args.empty()) return;  // std::thread t;
        applyModel(*model, view);
        return;
    }
    if (type == "std::function" || type == "std::packaged_task") {
        if (view.args.empty()) return;
        Callable stored = callable(view.args[0], true);
        ir::Value value = stored.bound.empty() || stored.isBound ? stored.callee : stored.bound.front();
        emitStore(field(object, "$callable"), {value, {}}, at).isInit = true;
        return;
    }
    if (type == "std::unique_ptr" || type == "std::shared_ptr" || type == "std::weak_ptr") {
        // A pointer beside another owner's: it shares the owner, and points elsewhere.
        const bool aliases = view.args.size() == 2 && view.args[1]->getType()->isPointerType() &&
                             view.args[0]->getType()->isRecordType();
        if (aliases)
            emitStore(field(object, "$pointer"), rvalue(stripWrappers(view.args[1])), at).isInit = true;
        else if (!view.args.empty() && view.args[0]->getType()->isPointerType())
            emitStore(field(object, "$pointer"), rvalue(stripWrappers(view.args[0])), at).isInit = true;
        else if (!view.args.empty() && view.args[0]->getType()->isRecordType())
            movePointer(view.args[0], object, at);
        return;
    }
    if (type == "std::pair" || type == "std::tuple") return makeParts(object, made, view);
    for (const clang::Expr* arg : view.args) {
        if (arg->isGLValue() && arg->getType()->isRecordType())
            loadFrom(place(arg), arg->getType(), arg->getExprLoc());
        else if (arg->isPRValue())
            rvalue(arg);
    }
    if (view.args.empty() || type == "std::basic_string") return;
    if (isContainer(made)) {
        fill(object, made, view);
    } else if (type == "std::variant" || type == "std::any") {
        const clang::QualType given = ast_.getAdjustedParameterType(view.args[0]->getType().getUnqualifiedType());
        if (context_.typeName(given) != type) makePart({field(object, "$value"), given}, view.args[0], view);
    }
}

// A smart pointer made of another, of a class derived perhaps: the other is left pointing to nothing if it is moved.
void FunctionLowering::movePointer(const clang::Expr* other, const ir::Place& object, clang::SourceLocation at) {
    const ir::Place from = field(place(other), "$pointer");
    emitStore(field(object, "$pointer"), {loadOf(from), {}}, at).isInit = true;
    if (!other->isLValue()) emitStore(from, {constantOf(0), {}}, at);
}

// A library's object that is made empty is nobody's concern, but when a thread that runs already may have found it.
void FunctionLowering::makeLate(const ir::Place& member, const clang::CXXCtorInitializer& initializer) {
    const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(stripWrappers(initializer.getInit()));
    if (!made || made->getNumArgs() > 0 || made->getConstructor()->isTrivial() ||
        !context_.isInSystemHeader(made->getConstructor()->getLocation()))
        return;
    const bool mayRun = std::any_of(ops_->begin(), ops_->end(), [](const ir::Op& op) {
        return op.kind == ir::OpKind::spawn || op.kind == ir::OpKind::call;
    });
    if (!mayRun) return;
    const clang::SourceLocation at =
        initializer.isWritten() ? initializer.getSourceLocation() : initializer.getAnyMember()->getLocation();
    emitStore(member, {}, at).isInit = true;
}

ir::Place FunctionLowering::guardLock(const ir::Place& guard) const {
    ir::Place lock = field(guard, kGuardLock);
    lock.steps.push_back({});
    return lock;
}

// Whether a class only has the shape of a mutex: its lock() is there to see and calls nothing.
bool FunctionLowering::locksNothing(clang::QualType type) const {
    const clang::CXXRecordDecl* record = type.getNonReferenceType()->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition() || context_.isInSystemHeader(record->getLocation())) return false;
    for (const clang::CXXMethodDecl* method : record->methods()) {
        if (!method->getIdentifier() || method->getName() != "lock" || !method->hasBody()) continue;
        const auto* body = llvm::dyn_cast<clang::CompoundStmt>(method->getBody());
        return body && body->body_empty();
    }
    return false;
}

void FunctionLowering::constructGuard(const models::Guard& guard, const ir::Place& object, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    struct Taken {
        ir::Place lock;
        ir::LockKind kind;
        bool idle = false;
    };
    std::vector<Taken> locks;
    bool deferred = false, adopted = false;
    ir::Attempt attempt = ir::Attempt::must;
    for (const clang::Expr* arg : view.args) {
        const std::string type =
            context_.typeName(arg->getType()->isPointerType() ? arg->getType()->getPointeeType() : arg->getType());
        if (type == "std::defer_lock_t")
            deferred = true;
        else if (type == "std::adopt_lock_t")
            adopted = true;
        else if (type == "std::try_to_lock_t")
            attempt = ir::Attempt::tries;
        else if (type.starts_with("std::chrono::"))
            attempt = ir::Attempt::timed;
        else if (arg->getType()->isPointerType())
            locks.push_back({pointee(rvalue(arg).value), context_.models().lockKindOf(type)});
        else if (arg->isGLValue())
            locks.push_back({place(arg), context_.models().lockKindOf(type), locksNothing(arg->getType())});
    }
    // A guard refers to its locks through fields, the first under the name that unlock() and the destructor use.
    for (size_t i = 0; i < locks.size(); ++i) {
        ir::Place slot = i == 0 ? field(object, kGuardLock) : field(object, (kGuardLock + std::to_string(i)).c_str());
        emitStore(slot, {addressOf(locks[i].lock), {}}, at).isInit = true;
    }
    if (deferred || adopted || locks.empty()) return;
    for (const Taken& taken : locks) {
        if (taken.idle) continue;
        ir::Root got = attempt == ir::Attempt::must ? ir::Root{} : temporary(ast_.BoolTy);
        ir::Op& op = emit(ir::OpKind::acquire, at);
        op.place = taken.lock;
        op.lockKind = taken.kind == ir::LockKind::none ? ir::LockKind::mutex : taken.kind;
        op.mode = guard.mode;
        op.attempt = attempt;
        op.grouped = guard.grouped && locks.size() > 1;
        if (attempt == ir::Attempt::must) continue;
        op.result = got;
        op.successValue = 1;
        emitStore(field(object, kGuardOwns), {loadOf({got, {}}), {}}, at).isInit = true;
    }
}

void FunctionLowering::destroy(const ir::Place& object, clang::QualType type, clang::SourceLocation at) {
    if (type->isArrayType()) {
        destroy(anyElement(object), ast_.getBaseElementType(type), at);
        return;
    }
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition() || !object.valid()) return;
    const std::string name = context_.typeName(type);
    if (context_.models().findGuard(name)) {
        size_t locks = 1;
        if (const auto* special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
            special && special->getTemplateArgs()[0].getKind() == clang::TemplateArgument::Pack)
            locks = special->getTemplateArgs()[0].pack_size();
        for (size_t i = 0; i < locks; ++i) {
            ir::Place lock = guardLock(object);
            if (i > 0) {
                lock = field(object, (kGuardLock + std::to_string(i)).c_str());
                lock.steps.push_back({});
            }
            ir::Op& op = emit(ir::OpKind::release, at);
            op.place = lock;
            op.conditional = true;
        }
        return;
    }
    if (name == "std::jthread" || name == "std::future") {
        ir::Op& op = emit(ir::OpKind::join, at);
        op.place = object;
        op.conditional = true;
        return;
    }
    if (name == "std::thread") {
        emit(ir::OpKind::free, at).place = object;
        return;
    }
    if (const auto* special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
        special && (name == "std::vector" || name == "std::array" || name == "std::list" || name == "std::deque")) {
        const clang::TemplateArgument& element = special->getTemplateArgs()[0];
        if (element.getKind() == clang::TemplateArgument::Type) destroy(anyElement(object), element.getAsType(), at);
        return;
    }
    if (const auto* special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
        special && name == "std::unique_ptr") {
        ir::Place held = field(object, "$pointer");
        held.steps.push_back({});
        const clang::TemplateArgument& element = special->getTemplateArgs()[0];
        if (element.getKind() == clang::TemplateArgument::Type) destroy(held, element.getAsType(), at);
        return;
    }
    if (record->hasTrivialDestructor() || context_.isInSystemHeader(record->getLocation())) return;
    const clang::CXXDestructorDecl* destructor = record->getDestructor();
    if (!destructor) return;
    ir::Op& op = emit(ir::OpKind::call, at);
    op.value.kind = ir::ValueKind::function;
    op.value.function = context_.functionKey(destructor);
    op.args.push_back(addressOf(object));
    op.isVirtual = destructor->isVirtual() && !object.steps.empty() && object.steps.back().kind == ir::StepKind::deref;
}

FunctionLowering::Rvalue FunctionLowering::closure(const clang::LambdaExpr* expr) {
    ir::Place object = destinationOf(expr);
    places_[expr] = object;
    llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> fields;
    clang::FieldDecl* self = nullptr;
    expr->getLambdaClass()->getCaptureFields(fields, self);
    auto init = expr->capture_init_begin();
    for (const clang::LambdaCapture& capture : expr->captures()) {
        const clang::Expr* value = *init++;
        const clang::FieldDecl* member = capture.capturesThis()       ? self
                                         : capture.capturesVariable() ? fields.lookup(capture.getCapturedVar())
                                                                      : nullptr;
        if (!member || !value) continue;
        ir::Place slot = object;
        slot.steps.push_back({ir::StepKind::field, {}, context_.fieldName(member).value});
        setDestination(value, slot);
        ir::Place target = slot;
        if (member->getType()->isReferenceType()) target.steps.push_back({});
        initialise(target, member->getType(), value);
    }
    return {loadOf(object), {}};
}

}  // namespace raddle::lower
