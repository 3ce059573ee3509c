// File descriptors: whether the one a variable holds is open is memory of its own, `fd.$open`, that closing writes and
// all else reads; the channel it is an end of is what `fd.$channel` points to.
#include "analyzer/lower/functions/function_lowering.h"

namespace raddle::lower {
namespace {

using models::FileEffect;

constexpr const char* kOpen = "$open";
constexpr const char* kChannel = "$channel";

}  // namespace

// The variable that holds the descriptor given to a call; invalid when it is computed.
ir::Place FunctionLowering::descriptor(const CallView& view, int index) {
    if (index >= static_cast<int>(view.args.size())) return {};
    const ir::Value value = rvalue(view.args[index]).value;
    return value.kind == ir::ValueKind::load ? value.place : ir::Place{};
}

// What a call does before its own effect.
void FunctionLowering::beginFileCall(const models::FileCall& file, const CallView& view) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (file.effect == FileEffect::pair || file.effect == FileEffect::channel) return;
    const ir::Place held = descriptor(view, file.object);
    if (!held.valid()) return;
    const auto signal = [&](const ir::Place& channel) {
        ir::Op& op = emit(ir::OpKind::signal, at);
        op.place = channel;
        op.conditional = true;
    };
    const bool writes = file.effect == FileEffect::close || file.effect == FileEffect::replace;
    ir::Op& op = emit(writes ? ir::OpKind::store : ir::OpKind::load, at);
    op.place = field(held, kOpen);
    if (file.effect != FileEffect::close) op.order = ir::MemoryOrder::relaxed;
    if (file.address >= 0 && file.address < static_cast<int>(view.args.size())) {
        const Rvalue address = rvalue(view.args[file.address]);
        if (file.effect == FileEffect::bind) {
            emitStore(field(held, kChannel), address, at).isInit = true;
        } else {
            ir::Place target{temporary(ast_.VoidPtrTy), {}};
            emitStore(target, address, at);
            signal(target);
        }
    }
    if (file.effect == FileEffect::send) signal(field(held, kChannel));
}

// What holds once the call has returned.
void FunctionLowering::endFileCall(const models::FileCall& file, const CallView& view, const Rvalue& result) {
    const clang::SourceLocation at = view.expr->getExprLoc();
    if (file.effect == FileEffect::receive) {
        const ir::Place held = descriptor(view, file.object);
        if (!held.valid()) return;
        ir::Op& op = emit(ir::OpKind::await, at);
        op.place = field(held, kChannel);
        op.conditional = true;
    } else if (file.effect == FileEffect::pair) {
        const ir::Place ends = argumentPlace(view, file.object);
        if (ends.valid()) emit(ir::OpKind::alloc, at).place = field(ends, kChannel);
    } else if (file.effect == FileEffect::channel && result.value.kind == ir::ValueKind::load) {
        emit(ir::OpKind::alloc, at).place = field(result.value.place, kChannel);
    }
}

}  // namespace raddle::lower
