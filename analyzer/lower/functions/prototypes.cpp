// What a function of the C library that no model speaks of does to the memory it is given, as its prototype tells: it
// reads through a pointer to const and writes through any other. printf reads the strings after its format, scanf
// writes what follows it; some functions use what they keep for the whole process. Only for headers of ISO C and POSIX:
// other libraries guard what they are given in ways of their own.
#include "analyzer/lower/functions/function_lowering.h"

#include <clang/Basic/SourceManager.h>

#include <algorithm>
#include <iterator>

namespace raddle::lower {
namespace {

// Whether a file is a header of the C library: "/usr/include/x86_64-linux-gnu/sys/stat.h", "/usr/include/stdio.h".
bool isStandardHeader(llvm::StringRef file) {
    static constexpr llvm::StringRef kFolders[] = {"arpa/", "bits/", "net/", "netinet/", "sys/"};
    static constexpr llvm::StringRef kHeaders[] = {
        "aio.h",     "complex.h",  "ctype.h",   "dirent.h", "dlfcn.h",   "err.h",      "execinfo.h", "fcntl.h",
        "fenv.h",    "fmtmsg.h",   "fnmatch.h", "ftw.h",    "getopt.h",  "glob.h",     "grp.h",      "iconv.h",
        "ifaddrs.h", "inttypes.h", "libgen.h",  "locale.h", "math.h",    "monetary.h", "mqueue.h",   "netdb.h",
        "poll.h",    "pthread.h",  "pty.h",     "pwd.h",    "regex.h",   "sched.h",    "search.h",   "signal.h",
        "spawn.h",   "stdio.h",    "stdlib.h",  "string.h", "strings.h", "syslog.h",   "termios.h",  "threads.h",
        "time.h",    "uchar.h",    "unistd.h",  "utime.h",  "utmpx.h",   "wchar.h",    "wctype.h",   "wordexp.h"};
    const size_t include = file.rfind("/include/");
    if (include == llvm::StringRef::npos) return false;
    llvm::StringRef name = file.substr(include + llvm::StringRef("/include/").size());
    if (name.contains("-linux-")) name = name.substr(name.find('/') + 1);
    return std::find(std::begin(kHeaders), std::end(kHeaders), name) != std::end(kHeaders) ||
           std::any_of(std::begin(kFolders), std::end(kFolders),
                       [&](llvm::StringRef folder) { return name.starts_with(folder); });
}

// The type of format that the argument after which others follow is in; empty for other functions.
llvm::StringRef formatOf(const clang::FunctionDecl* function) {
    const auto* format = function->getAttr<clang::FormatAttr>();
    return format && format->getFirstArg() > 0 ? format->getType()->getName() : llvm::StringRef();
}

}  // namespace

// Whether a parameter of this type is memory that a function of the C library accesses.
bool FunctionLowering::isBuffer(clang::QualType parameter) const {
    if (!parameter->isPointerType() || parameter->isVoidPointerType()) return false;
    // Handles are pointers of another name, whose objects the library looks after: locale_t.
    if (const auto* alias = parameter->getAs<clang::TypedefType>(); alias && !alias->isArrayType()) return false;
    const clang::QualType pointee = parameter->getPointeeType();
    if (context_.isSynchronisation(pointee) || pointee.isVolatileQualified()) return false;
    if (pointee->isScalarType()) return true;
    const clang::RecordDecl* record = pointee->getAsRecordDecl();
    // Streams lock themselves.
    return record && record->getDefinition() && record->getLocation().isValid() && identifier(record) != "_IO_FILE";
}

void FunctionLowering::accessByPrototype(const CallView& view) {
    const clang::FunctionDecl* function = view.callee;
    if (!function || view.hasObject || models::findFileCall(identifier(function))) return;
    const clang::SourceManager& sources = ast_.getSourceManager();
    const clang::SourceLocation declared = sources.getExpansionLoc(function->getLocation());
    const llvm::StringRef format = formatOf(function);
    if (format.empty() && (declared.isInvalid() || !isStandardHeader(sources.getFilename(declared)))) return;
    if (const models::SharedState* shared = models::findSharedState(identifier(function)))
        emitAccess(shared->writes ? ir::OpKind::store : ir::OpKind::load,
                   {{ir::RootKind::global, context_.namedState(shared->state)}, {}}, view.expr->getExprLoc());
    for (unsigned i = 0; i < view.args.size(); ++i) {
        clang::QualType type = view.args[i]->getType();
        bool reads = format.contains("printf");
        if (i < function->getNumParams()) {
            type = function->getParamDecl(i)->getType();
            reads = type->isPointerType() && type->getPointeeType().isConstQualified();
        } else if (format.empty() || (reads && !(type->isPointerType() && type->getPointeeType()->isCharType()))) {
            continue;
        }
        if (!isBuffer(type)) continue;
        const ir::ValueKind given = rvalue(view.args[i]).value.kind;
        if (given != ir::ValueKind::load && given != ir::ValueKind::address) continue;
        const ir::Place at = argumentPlace(view, static_cast<int>(i));
        if (tracked(at, ast_.CharTy))
            emitAccess(reads ? ir::OpKind::load : ir::OpKind::store, range(at), view.expr->getExprLoc());
    }
}

}  // namespace raddle::lower
