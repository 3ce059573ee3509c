// Abstract interpretation of the program: each function is run over its control-flow graph once for every distinct
// state it is called in (Sharir and Pnueli's functional approach, 1981), collecting what Facts holds on the way.
// Split by meaning: interpreter.cpp (contexts, blocks, branches), values.cpp (places and values), effects.cpp
// (accesses), lock_effects.cpp, event_effects.cpp (what else the checks ask for), call_effects.cpp (calls),
// thread_effects.cpp (spawns), joins.cpp, counted_starts.cpp (threads told apart by a counter), join_flags.cpp (what
// decides on joins), creation_effects.cpp (locks held across them), handover.cpp (objects that change hands), tasks.cpp
// (calls that they tell of). Bounded:
// contexts a function, states a block and steps a place have limits, and what they cut short is noted.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "analyzer/facts/base/facts.h"
#include "analyzer/facts/base/keys.h"
#include "analyzer/facts/base/programs.h"

namespace raddle::facts {

class Interpreter {
  public:
    explicit Interpreter(Facts& facts);

    // Runs a function as the start of a thread; the thread is known by its spawn op (if any) and its context.
    ThreadId startThread(ThreadKind kind, FunctionIndex function, const State& entry, OpId spawn = {},
                         ContextId spawner = {});
    // Until no context has anything new to say.
    void run();
    const Programs& programs() const { return programs_; }
    // Threads that may be running when a thread returns from its entry.
    LiveThreads liveAtEnd(ThreadId thread) const;

    // The locks that annotations say a function is called with.
    void holdNeeded(FunctionIndex function, State& entry);
    PlaceId bindTyped(FunctionIndex function, uint32_t formal, State& entry);

  private:
    struct BlockStates {
        std::vector<State> states;
        std::vector<bool> dirty;
    };
    struct Activation {
        FunctionIndex index;
        const ir::Function* function = nullptr;
        ir::Root returned;  // the variable that return statements store to
        ContextId context;
        ir::BlockId block = 0;  // that is being run
        std::vector<BlockStates> blocks;
        std::set<ir::BlockId> repeated;                         // headers that a round of their loop has come back to
        std::set<ir::BlockId> roundByRound;                     // headers of loops whose rounds are told apart
        std::map<ir::BlockId, std::set<PlaceId>> joinedInLoop;  // by header: handles joined in every iteration
        OpId op;                                                // that is being run
    };
    struct Result {
        std::vector<State> exits;
        GatheredSet<ContextId> dependents;  // used the exits
        GatheredSet<ContextId> waiting;     // asked before there were any
        bool running = false;
        bool done = false;
        uint32_t rounds = 0;
    };
    using States = std::vector<State>;
    struct ContextUse {
        uint32_t known = 0;
        uint32_t most = 0;           // past it, contexts differ in the locks held alone …
        uint32_t mostWithLocks = 0;  // … and past this there is one for all
    };
    // What the instances of one spawn op do not share.
    struct Handed {
        const Activation* by = nullptr;  // starts them …
        OpId start;                      // … here
        bool several = false;            // at each call
        std::set<ObjectId> owned;
        std::set<int64_t> tags;  // of numbers that tell them apart
    };

    // A counter: a member (none) or a variable.
    using CounterName = std::tuple<ir::RootKind, FunctionIndex, int64_t>;
    struct CountedStarts {
        int64_t tag = 0;
        std::set<OpId> starts;
    };

    // All that is stored to a global but what it starts with.
    struct GlobalWrites {
        std::set<int64_t> constants;
        bool others = false;  // than constants
    };

    // --- contexts and blocks
    ContextId contextFor(FunctionIndex function, State entry);
    ContextId contextOf(FunctionIndex function, State entry);
    std::optional<ContextId> commonContext(FunctionIndex function, const State& entry);
    // 1, and more the longer the interpretation takes.
    uint32_t haste() const;
    uint32_t crowding() const;
    bool isCrowded() const;
    void findWrappers();
    ContextUse contextUse(FunctionIndex function) const;
    bool changesLocksOf(FunctionIndex function) const;
    const Result& resultOf(ContextId context, ContextId asker);
    void analyse(ContextId context);
    void runBlock(Activation& activation, ir::BlockId block, State state, std::vector<State>& exits);
    void flowTo(Activation& activation, ir::BlockId block, State state);
    // Whether a loop over constants, or one that joins threads, has had no round yet, so that it is not left.
    bool mustEnter(const Activation& activation, ir::BlockId header);
    void leave(Activation& activation, ir::BlockId from, const State& state);
    static bool isShort(const ir::Loop& loop);
    void enterLoop(Activation& activation, const ir::Loop& loop, State& state);
    std::optional<int64_t> roundOf(const Activation& activation, const ir::Loop& loop, const State& state) const;
    bool isBoundedByOwn(const Activation& activation, const ir::Loop& loop, const State& state);
    bool worthRounds(const Activation& activation, const ir::Loop& loop, const State& state);
    bool inDifferentRounds(const Activation& activation, ir::BlockId block, const State& a, const State& b);
    // False when the branch cannot be taken in this state; refines the state otherwise.
    bool assume(Activation& activation, const ir::Condition& condition, bool taken, State& state);
    bool nonZero(Activation& activation, ir::Root variable, State& state);
    bool select(Activation& activation, const ir::Condition& condition, size_t successor, State& state);
    std::optional<bool> compare(const Activation& activation, const ir::Condition& condition, const State& state);
    bool decide(const Activation& activation, const ir::Condition& condition, bool taken, State& state);
    static bool decideAs(const Comparison& comparison, const Decision& decision, State& state);
    bool decideVariable(PlaceId variable, int64_t constant, bool equal, State& state) const;
    bool decideMember(PlaceId member, int64_t constant, bool equal, State& state) const;
    static bool locksHeld(const State& state);
    static bool excludesOthers(const State& state);
    void addFresh(State& state, ObjectId variable) const;
    void addExit(std::vector<State>& exits, State state);
    void returnValue(Activation& activation, const ir::Op& op, State& state);
    void ask(ContextId context);
    void putOff(ContextId context);
    void rankFunctions();
    bool generalise(FunctionIndex function, const ContextUse& use, State& entry);

    // --- places and values
    // Where what a place holds comes from: of a member of a copied record, the member of the original.
    PlaceId resolve(const Activation& activation, const State& state, const ir::Place& place);
    // The place itself: of a member of a copied record, that of the copy.
    PlaceId resolveItself(const Activation& activation, const State& state, const ir::Place& place);
    struct Named {
        PlaceId source, copy;  // no copy: `source` is the place itself
    };
    Named name(const Activation& activation, const State& state, const ir::Place& place);
    Known evaluate(const Activation& activation, const State& state, const ir::Value& value);
    Known contentOf(const State& state, PlaceId place) const;
    ir::Step indexStep(const Activation& activation, const State& state, const ir::Step& step);
    std::optional<int64_t> ownIndex(PlaceId place) const;
    const std::set<ir::BlockId>& bodyOf(const Activation& activation, const ir::Loop& loop);
    std::optional<int64_t> startingLoop(const Activation& activation, const ir::Loop& loop);
    bool tellsApart(int64_t index, const Handed& handed) const;
    void numbersRun(const std::set<int64_t>& tags, State& state);
    void startedBy(FunctionIndex callee, State& after);
    Known drawnFrom(const Activation& activation, OpId id, const ir::Op& op, const State& state);
    void drawBefore(State& state, PlaceId counter);
    Known ticketOf(PlaceId counter);
    Known computedFrom(const Activation& activation, const State& state, const std::vector<ir::Place>& uses);
    bool tracked(const State& state, PlaceId place) const;
    void assign(State& state, PlaceId place, const Known& value);
    void forget(State& state, PlaceId place) const;
    void renamed(State& state, ObjectId variable);
    void publish(State& state, const Known& value);
    std::vector<ObjectId> underConstruction(const State& state, const std::vector<Known>& args);
    void addUnderConstruction(const State& state, const std::vector<Known>& args, std::set<ObjectId>& roots);
    PlaceId regionOf(const State& state, ObjectId pointer) const;
    PlaceId regionOf(const State& state, const Known& value);
    void enterRegion(State& state, ObjectId pointer, PlaceId region) const;
    void linkInto(State& state, const Known& value, PlaceId pointer);
    bool joinStates(State& into, const State& from);
    bool isPointer(ObjectId variable) const;
    bool isAddressed(ObjectId object) const { return object.index() < addressed_.size() && addressed_[object.index()]; }
    bool isVague(const Known& value) const;
    bool mentions(PlaceId place, ObjectId variable) const;
    std::set<ObjectId> reachable(const State& state, const std::vector<Known>& from, bool globals = false) const;
    struct Locations {
        std::vector<PlaceId> places;
        uint16_t choices = 1;  // with those that only this thread can see
    };
    // Where a place can be: in an object, the place of which is worked out when it is first asked for.
    struct Candidate {
        ObjectId root;
        PlaceId base, location;
    };
    struct Candidates {
        size_t suffix = 0;  // steps after the last deref begin here; 0 when there is none
        uint16_t choices = 1;
        std::vector<Candidate> all;
    };
    Locations locate(const State& state, PlaceId place);
    PlaceId withOwnIndices(const State& state, PlaceId id);
    Candidates candidatesOf(PlaceId id);
    PlaceId located(PlaceId id, const Candidates& candidates, Candidate& candidate);
    const std::vector<PlaceId>& basesOf(PlaceId place);
    ObjectId rootObject(FunctionIndex function, ir::Root root);
    ObjectId returnObject(FunctionIndex function);

    // --- objects that change hands
    PlaceId holderOf(const Activation& activation, const State& state, const ir::Place& place);
    PlaceId takenFrom(const State& state, PlaceId pointer);
    void carryTaken(const State& state, PlaceId source, PlaceId to, SharedMap<PlaceId, PlaceId>& into);
    bool isOwned(const Activation& activation, const State& state, const ir::Place& place);
    void noteHandOver(const State& state, const Known& pointer, bool takes, bool scatters);
    void takeFrom(const Activation& activation, const ir::Op& op, State& state, PlaceId place, const Known& stored);
    void endSection(State& state);
    void takeNull(const Activation& activation, const ir::Place& pointer, State& state);
    bool takesAway(const Activation& activation, const ir::Op& op, const State& state, PlaceId place);
    void giveOn(State& state, PlaceId pointer);
    void moveHolder(const Activation& activation, const ir::Op& op, PlaceId place, const Known& value, bool shares,
                    bool fresh, State& state);
    bool isRecord(ObjectId variable) const;
    void noteTaskCall(const Activation& activation, OpId id, const ir::Op& op, const State& state);
    void noteTaskPost(const Activation& activation, OpId id, const ir::Op& op, PlaceId place, const Known& value,
                      const State& state);
    void handArguments(const Activation& activation, const ir::Op& op, const Target& target, const State& state,
                       State& entry);
    void takeBack(const Activation& activation, const ir::Op& op, const Target& target, const State& state,
                  const State& end, State& after);

    // --- globals that only the first thread writes
    void findSteadyGlobals();
    void addSteadyWrites();
    bool isSteady(PlaceId place) const { return steady_.contains(places_.place(place).root); }
    void forgetWritten(FunctionIndex callee, State& state) const;
    static bool writesPlace(const ir::Op& op);
    // From the sets of functions to those of ranks: with those of all that is called, callees having come first.
    template <typename T>
    void addOfCallees(std::vector<std::set<T>>& sets) const;

    // --- fields and globals that conditions look at
    void findDecisiveFunctions();
    void findDecidedFields();
    void decideStored(const Activation& activation, PlaceId member, const Known& value, State& state) const;
    void forgetDecided(FunctionIndex callee, State& state) const;
    void findDecidedGlobals();
    void forgetDecided(const ir::Op& op, State& state) const;
    bool isSmallHelper(FunctionIndex function) const;
    void enterDecided(FunctionIndex callee, const std::vector<Known>& args, const State& state, State& entry) const;
    void leaveDecided(FunctionIndex callee, const State& end, State& after) const;
    bool staysDecided(const Comparison& comparison, const Decision& decision) const;
    void letOthersDecide(State& state) const;

    // --- effects
    void apply(Activation& activation, OpId id, const ir::Op& op, State state, States& out);
    void recordAccess(const Activation& activation, OpId id, const State& state, AccessKind kind, bool atomic,
                      PlaceId place);
    bool isOneOfTooMany(const std::array<uint32_t, 3>& spot, LockSetId locks, LiveSetId live);
    void recordEvent(const Activation& activation, OpId id, const ir::Op& op, const State& state);
    PlaceId eventPlace(const Activation& activation, const ir::Op& op, const State& state);
    bool copiesHandle(const State& state, PlaceId to) const;
    static bool releasesByFence(const Activation& activation);
    void store(Activation& activation, OpId id, const ir::Op& op, State& state);
    void acquire(Activation& activation, OpId id, const ir::Op& op, State state, States& out);
    State failed(const Activation& activation, const ir::Op& op, State& state);
    void release(Activation& activation, OpId id, const ir::Op& op, State& state);
    void allocate(OpId id, PlaceId to, State& state);
    void setParties(PlaceId barrier, const Known& count);
    void setPermits(const Activation& activation, const ir::Op& op, const State& state);
    void passBarrier(const Activation& activation, const ir::Op& op, State& state);
    PlaceId channelOf(const Activation& activation, const State& state, const ir::Place& place);
    void changeFuture(const Activation& activation, const ir::Op& op, State& state);
    void changeSemaphore(Activation& activation, OpId id, ir::Op op, State state, States& out);
    // Of what is signalled or waited for: its member (true) or global (false), where it has one.
    static std::optional<std::pair<bool, int64_t>> signalName(const ir::Place& place);
    // Where a promise or future was moved or made from, else the place itself.
    PlaceId origin(const Activation& activation, const State& state, const ir::Place& place);
    void hold(State& state, const HeldLock& lock);
    bool waitsForItself(const State& state, const HeldLock& lock) const;
    PlaceId lockPlace(PlaceId place);
    void findArrays();
    bool isInArray(Place place);
    void exit(Activation& activation, OpId id, const State& state, bool endsThread);
    LockSetId lockSet(const State& state);
    OrderId orderOf(const State& state);
    void noteFlag(const ir::Op& op, const State& state, PlaceId flag, bool clears);
    void raise(const Activation& activation, State& state, PlaceId flag);
    bool hasCommonName(PlaceId place) const;
    LiveSetId liveSet(const LiveThreads& live);

    // --- calls and threads
    void call(Activation& activation, OpId id, const ir::Op& op, State state, States& out);
    void callTarget(Activation& activation, OpId id, const ir::Op& op, const Target& target,
                    const std::vector<Known>& args, const State& state, States& out);
    std::vector<Known> boundArguments(const Target& target, std::vector<Known> args);
    State entryOf(FunctionIndex function, const std::vector<Known>& args, const std::set<ObjectId>& roots,
                  const State& state);
    State afterCall(FunctionIndex function, const std::set<ObjectId>& roots, const State& state, const State& end,
                    bool generalised) const;
    static void keepHolds(const State& entry, const State& before, State& after);
    Known takeResults(FunctionIndex function, const std::set<ObjectId>& roots, const State& end, PlaceId receiver,
                      State& after);
    void takeHandle(FunctionIndex function, const State& end, PlaceId receiver, State& after);
    void callUnknown(Activation& activation, OpId id, const ir::Op& op, const std::vector<Known>& args, State state,
                     States& out);
    std::vector<Target> targetsOf(Activation& activation, OpId id, const ir::Op& op, const State& state);
    std::set<uint32_t> programsSeen(const Activation& activation, const State& state) const;
    void spawn(Activation& activation, OpId id, const ir::Op& op, State& state);
    void spawnTarget(const Activation& activation, OpId id, const Target& target, const std::vector<Known>& args,
                     PlaceId handle, State& state);
    std::optional<int64_t> startedIndex(int64_t index, Handed& handed);
    PlaceId ownPlace(PlaceId id, Handed& handed);
    Known individual(Known known, OpId spawn, const State& state, Handed& handed);
    void disown(ObjectId object);
    void addLive(ThreadId thread, PlaceId handle, State& state);
    void join(Activation& activation, const ir::Op& op, State& state);
    void joinAt(Activation& activation, PlaceId at, bool whole, State& state);
    bool joinElement(Activation& activation, PlaceId at, PlaceId handle, State& state);
    void joinedBy(Activation& activation, const Target& target, const std::vector<Known>& args, const State& before,
                  const State& end, State& after);
    void detach(const Activation& activation, const ir::Op& op, State& state);
    void joined(State& state, PlaceId handle);
    bool isExact(PlaceId place) const;
    static bool isIdleElement(const Place& place);
    void nameByElement(const Activation& activation, State& state, bool appends, PlaceId element, const Known& value);
    PlaceId byElement(PlaceId handle);
    // A thread object found not joinable names no running thread.
    void noThreadIn(const Activation& activation, const ir::Condition& condition, State& state);
    bool mayStartThreads(FunctionIndex function) const { return startsThreads_[function.index()]; }
    // --- locks held across the start of a thread
    void startUnder(ThreadId thread, const State& state);
    void uncover(State& state, PlaceId lock);
    void findStartingFunctions();
    void findJoinFlags();
    // --- threads that are counted as they are started
    static bool isCounted(int64_t index);
    static std::optional<CounterName> counterName(FunctionIndex function, const ir::Place& place);
    std::set<CounterName> otherwiseSet() const;
    void findCountedStarts();
    std::map<ir::Place, CountedStarts> countedBy(FunctionIndex function) const;
    bool startsThreads(const ir::Op& op, OpId id) const {
        return doesOrCalls(op, id, ir::OpKind::spawn, startsThreads_);
    }
    bool joinsThreads(const ir::Op& op, OpId id) const { return doesOrCalls(op, id, ir::OpKind::join, joinsThreads_); }
    std::vector<ir::Place> countersOfRounds(FunctionIndex function, const ir::Loop& loop,
                                            const std::set<ir::BlockId>& body) const;
    bool doesOrCalls(const ir::Op& op, OpId id, ir::OpKind kind, const std::vector<bool>& functions) const;
    std::optional<Known> nextStart(const Activation& activation, const ir::Place& counter) const;
    bool countsStart(const Activation& activation, OpId start, int64_t index) const;
    bool isCountedBy(FunctionIndex function, int64_t index) const;
    // Only a lock that its holder alone can release keeps others out until then.
    static bool coversThreads(const HeldLock& lock) {
        return !lock.lost && lock.mode == ir::LockMode::exclusive && lock.kind != ir::LockKind::flag;
    }
    PlaceId handlePlace(const Activation& activation, const State& state, PlaceId place);
    void startCallback(FunctionIndex function, OpId id, ContextId context, State& state);
    void startClosure(const Known& closure, OpId id, ContextId context, State& state);

    Facts& facts_;
    Places& places_;
    Programs programs_;
    std::vector<Result> results_;
    std::unordered_multimap<size_t, ContextId> contextIds_;  // by hashOfEntry()
    std::unordered_map<FunctionIndex, uint32_t> contextCount_;
    std::unordered_map<FunctionIndex, ContextId> commonContexts_;
    std::map<std::tuple<OpId, FunctionIndex, std::vector<Known>>, ThreadId> threadIds_;
    Numbering<std::array<uint32_t, 8>> accessIds_;
    Numbering<std::array<uint32_t, 3>> spots_;          // op, kind and location of accesses
    std::vector<uint32_t> spotCounts_;                  // by spot: its accesses
    Numbering<std::array<uint32_t, 3>> circumstances_;  // spot, locks and threads
    std::map<std::vector<uint64_t>, uint32_t> lockClassIds_;
    std::vector<uint32_t> lockClasses_;  // by lock set
    std::unordered_map<std::array<uint32_t, 4>, size_t, KeyHash> acquisitionIds_, releaseIds_;
    std::unordered_map<std::array<uint32_t, 5>, size_t, KeyHash> eventIds_;
    std::unordered_map<std::vector<HeldLock>, LockSetId, KeyHash> lockSetIds_;
    std::unordered_map<LiveThreads, LiveSetId, KeyHash> liveSetIds_;
    std::unordered_map<Order, OrderId, KeyHash> orderIds_;
    LockSetId lastLocks_;  // asked for: one access after the other has the same
    std::pair<LiveThreads, LiveSetId> lastLive_;
    std::pair<Order, OrderId> lastOrder_;
    std::vector<ObjectId> returnObjects_;                      // by function, where asked for
    std::unordered_map<PlaceId, std::vector<PlaceId>> bases_;  // PointsTo::resolve, remembered
    std::unordered_map<PlaceId, Candidates> candidates_;       // of locate(), remembered
    std::map<ContextId, std::vector<size_t>> exitsOf_;         // into Facts::exits
    std::map<std::pair<FunctionIndex, ir::BlockId>, int64_t> loopTags_;
    std::map<int64_t, FunctionIndex> tagFunctions_;  // whose loop a tag is of
    std::map<ObjectId, PlaceId> elements_;  // of objects made in a loop: the element of an array that keeps each
    std::map<PlaceId, int64_t> counters_;   // that threads draw numbers from: their tags
    std::map<std::pair<FunctionIndex, ir::BlockId>, std::set<ir::BlockId>> loopBodies_;
    std::map<std::pair<Known, Known>, int64_t> ranges_;
    std::map<std::pair<Known, PlaceId>, int64_t> countedRanges_;  // from a number to what a counter of rounds says
    std::map<ObjectId, int64_t> ownedBy_;  // object handed to one instance of the thread spawned at an op
    std::set<ObjectId> shared_;            // objects that more than one thread is handed
    std::vector<bool> addressed_;          // by object: some pointer points into it
    std::set<PlaceId> arrays_;             // globals and their members that have elements
    int64_t container_ = -1;               // the field that stands for what a container knows of its elements
    int64_t joinable_ = -1;                // the field that stands for std::thread::joinable()
    std::set<ObjectId> steady_;            // globals that no thread but main's writes, whose address nobody takes
    std::vector<bool> inThreads_;          // by function: other threads than main's may run it
    std::vector<std::set<ObjectId>> steadyWrites_;  // by rank: steady globals that a function or what it calls writes
    std::map<ObjectId, GlobalWrites> decidedGlobals_;  // of which tests are remembered
    std::vector<bool> decisive_;                       // by function: what members it tests is remembered
    std::vector<std::set<int64_t>> testedFields_;      // by function, of what its conditions compare with constants
    std::vector<std::set<int64_t>> writtenFields_;     // likewise, of fields that some condition looks at
    std::set<int64_t> mainsFields_;                    // of these, that no thread but main's writes
    std::set<ThreadId> startedUnder_;                  // whose Thread::startedUnder has been set
    std::vector<std::set<PlaceId>> joinFlags_;         // by function: variables that decide whether it joins
    std::vector<bool> startsThreads_, joinsThreads_;   // by function: itself or by what it calls
    std::vector<std::map<ir::Place, CountedStarts>> counted_;  // by function
    std::vector<bool> wraps_;               // by function: small, and locks what it is given or starts a thread with it
    std::set<FunctionIndex> changesLocks_;  // they return with other locks than they were called with
    std::set<ObjectId> tested_;             // variables that a branch compares with a constant
    std::set<OpId> unresolved_;
    std::set<std::pair<bool, int64_t>> conditions_;     // what wait ops wait on, by signalName()
    std::vector<ContextId> starts_;                     // of threads, yet to be run
    std::set<std::pair<uint32_t, ContextId>> pending_;  // to be run again, by rank: callees before their callers
    std::vector<uint32_t> rank_;                        // by function
    uint64_t blocksRun_ = 0;
    uint32_t depth_ = 0;
    bool cutShort_ = false;
};

template <typename T>
void Interpreter::addOfCallees(std::vector<std::set<T>>& sets) const {
    std::vector<std::set<uint32_t>> callees;  // by rank
    std::vector<std::set<T>> byRank;
    for (uint32_t i = 0; i < sets.size(); ++i) {
        if (rank_[i] >= byRank.size()) byRank.resize(rank_[i] + 1);
        byRank[rank_[i]].merge(sets[i]);
    }
    callees.resize(byRank.size());
    for (const auto& [callee, calls] : facts_.pointsTo.callers)
        for (OpId call : calls) callees[rank_[facts_.ops.function(call).index()]].insert(rank_[callee.index()]);
    for (uint32_t rank = 0; rank < byRank.size(); ++rank)
        for (uint32_t callee : callees[rank])
            if (callee != rank) byRank[rank].insert(byRank[callee].begin(), byRank[callee].end());
    sets = std::move(byRank);
}

}  // namespace raddle::facts
