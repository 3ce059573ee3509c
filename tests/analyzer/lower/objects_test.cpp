// Places, values and objects: members, references, arrays, copies, construction, calls, branches.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerObjects, ThisAndMembers) {
    EXPECT_EQ(lowered(R"(struct Queue {
    int count = 0;
    Queue* next = nullptr;
    void push() {
        ++count;
        next->count = count;
    }
};
void f(Queue& q) { q.push(); }
)",
                      "Queue::push"),
              R"ir(  load %this->Queue::count
  store %this->Queue::count = %this->Queue::count + 1 uses %this->Queue::count
  load %this->Queue::count
  load %this->Queue::next
  store %this->Queue::next->Queue::count = %this->Queue::count uses %this->Queue::count
  ret %return
)ir");
}

TEST(LowerObjects, ContainerOfAMember) {
    EXPECT_EQ(lowered(R"(#include <stddef.h>
struct link { struct link *next; };
struct half { int size; struct link link; };
struct item { int value; struct half half; struct { char name; struct link names; }; };
#define container_of(ptr, type, member) \
    ({ const __typeof__(((type*)0)->member)* mptr = (ptr); (type*)((char*)mptr - offsetof(type, member)); })
int f(struct link *l, struct link *n) {
    struct item *nested = (struct item*)((char*)l - (unsigned long)&((struct item*)0)->half.link);
    struct item *unnamed = container_of(n, struct item, names);
    return nested->value + unnamed->value;
}
)",
                      "f", ".c"),
              R"ir(  store %nested = &(*%l)^half::link^item::half uses %l init
  store %mptr = %n uses %n init
  store %unnamed = &(*%mptr)^::names uses %mptr init
  load %nested->item::value
  load %unnamed->item::value
  store %return = ? uses %nested->item::value, %unnamed->item::value
  ret %return
)ir");
}

TEST(LowerObjects, NoContainerAtAnOffsetWithoutSuchAMember) {
    EXPECT_EQ(lowered(R"(struct link { struct link *next; };
struct item { int value; struct link link; };
void f(struct link *l) {
    ((struct item*)((char*)l - 3))->value = 1;
}
)",
                      "f", ".c"),
              R"ir(  store (*%l)[?].item::value = 1
  ret %return
)ir");
}

TEST(LowerObjects, ConstantsAddedAndTakenOff) {
    EXPECT_EQ(lowered(R"(void f(int i, int j) {
    int k = i - 2;
    k += 3;
    if (j + 1 == 4) k--;
    if (j - 1) k = i + j;
}
)",
                      "f"),
              R"ir(  store %k = %i + -2 uses %i init
  store %k = %k + 3 uses %k
  br %j == 3 uses %j b2 b3
b2:
  store %k = %k + -1 uses %k
b3:
  br %j != 1 uses %j b4 b5
b4:
  store %k = ? uses %i, %j
b5:
  ret %return
)ir");
}

TEST(LowerObjects, References) {
    EXPECT_EQ(lowered(R"(int x;
void f(int& r) {
    int& alias = x;
    alias = 1;
    r = alias;
}
)",
                      "f"),
              R"ir(  store %alias = &@x init
  store *%alias = 1
  load *%alias
  store *%r = *%alias uses *%alias
  ret %return
)ir");
}

TEST(LowerObjects, Arrays) {
    EXPECT_EQ(lowered(R"(struct Row {
    int cells[4];
};
Row rows[8];
void f(int i) {
    rows[2].cells[i] = 1;
    int* p = rows[i].cells;
    p[3] = 2;
    *p = 3;
}
)",
                      "f"),
              R"ir(  store @rows[2].Row::cells[%i] = 1
  store %p = &@rows[%i].Row::cells[0] init
  store (*%p)[3] = 2
  store *%p = 3
  ret %return
)ir");
}

// What a member counts up is the name of the element it chooses; what it only says is not.
TEST(LowerObjects, ElementsByTheirCount) {
    const std::string head = "struct List { int* items; int size; };\nvoid f(List* list) {\n";
    const std::string text = lowered(head + "  int* last = &list->items[list->size];\n  list->size++;\n}", "f");
    EXPECT_NE(text.find("store %t0 = %list->List::size"), std::string::npos) << text;
    EXPECT_NE(text.find("store %last = &(*%list->List::items)[%t0]"), std::string::npos) << text;
    const std::string other = lowered(head + "  int* last = &list->items[list->size];\n}", "f");
    EXPECT_NE(other.find("store %last = &(*%list->List::items)[?]"), std::string::npos) << other;
}

TEST(LowerObjects, StructCopy) {
    EXPECT_EQ(lowered(R"(struct Pair {
    int *first, *second;
};
Pair a, b;
int x;
void f() {
    Pair local = {&x, nullptr};
    a = local;
    b = a;
}
)",
                      "f"),
              R"ir(  store %local.Pair::first = &@x init
  store %local.Pair::second = 0 init
  load %local
  store @a = %local uses %local
  load @a
  store @b = @a uses @a
  ret %return
)ir");
}

TEST(LowerObjects, DestructorsInReverse) {
    EXPECT_EQ(lowered(R"(struct Guard {
    explicit Guard(int id);
    ~Guard();
};
void f() {
    Guard one(1);
    {
        Guard two(2);
    }
    Guard three(3);
}
)",
                      "f"),
              R"ir(  call "Guard::Guard(int)"(&%one, 1)
  call "Guard::Guard(int)"(&%two, 2)
  call "Guard::~Guard()"(&%two)
  call "Guard::Guard(int)"(&%three, 3)
  call "Guard::~Guard()"(&%three)
  call "Guard::~Guard()"(&%one)
  ret %return
)ir");
}

TEST(LowerObjects, DestructorOfABaseIsCalledDirectly) {
    const std::string text = lowered(R"(struct File {
    virtual ~File();
};
struct Mapped : File {
    ~Mapped() override;
    int size;
};
Mapped::~Mapped() {}
)",
                                     "Mapped::~Mapped");
    EXPECT_NE(text.find(R"ir(call "File::~File()"(%this))ir"), std::string::npos) << text;
    EXPECT_EQ(text.find("virtual"), std::string::npos) << text;
}

TEST(LowerObjects, NewAndDelete) {
    EXPECT_EQ(lowered(R"(struct Node {
    int value;
    explicit Node(int v) : value(v) {}
    ~Node() {}
};
void f() {
    Node* n = new Node(1);
    n->value = 2;
    delete n;
}
)",
                      "f"),
              R"ir(  alloc %t0
  call "Node::Node(int)"(%t0, 1)
  store %n = %t0 init
  store %n->Node::value = 2
  call "Node::~Node()"(%n)
  free *%n
  ret %return
)ir");
}

TEST(LowerObjects, MakeUnique) {
    EXPECT_EQ(lowered(R"(#include <memory>
struct Node {
    int value = 0;
};
void f() {
    auto n = std::make_unique<Node>();
    n->value = 2;
}
)",
                      "f"),
              R"ir(  alloc %t0
  store %n.$pointer = %t0 init
  load %n.$pointer
  store %n.$pointer->Node::value = 2
  ret %return
)ir");
}

// What the library constructs of what it is given, by the constructor that fits.
TEST(LowerObjects, ConstructedByTheLibrary) {
    EXPECT_EQ(lowered(R"(#include <memory>
#include <string>
#include <vector>
struct Node {
    explicit Node(int v);
    explicit Node(std::string& name);
    ~Node();
};
struct List {
    explicit List(int n);
    std::unique_ptr<Node> first;
    std::vector<Node> all;
};
List::List(int n) : first(std::make_unique<Node>(n)) {
    std::string name;
    all.emplace_back(name);
}
)",
                      "List::List"),
              R"ir(  alloc %t0
  call "Node::Node(int)"(%t0, %n)
  store %this->List::first.$pointer = %t0 init
  store %this->List::all = ? init
  load %this->List::all.$state
  store %this->List::all.$state = ?
  call "Node::Node(std::basic_string<char> &)"(&%this->List::all[?], &%name)
  ret %return
)ir");
}

TEST(LowerObjects, StoredFunctionsMadeByTheLibrary) {
    const std::string text = lowered(R"(#include <functional>
#include <memory>
#include <queue>
void work();
void f(std::queue<std::function<void()>>& tasks) {
    auto task = std::make_shared<std::function<void()>>(work);
    tasks.emplace(work);
}
)",
                                     "f");
    EXPECT_NE(text.find("store %t0->$callable = \"work()\" init"), std::string::npos) << text;
    EXPECT_NE(text.find("store %t1.$callable = \"work()\" init"), std::string::npos) << text;
    EXPECT_NE(text.find("store (*%tasks)[?] = %t1"), std::string::npos) << text;
}

TEST(LowerObjects, VirtualCalls) {
    EXPECT_EQ(lowered(R"(struct Shape {
    virtual void draw();
    virtual ~Shape() = default;
};
void f(Shape* shape) {
    shape->draw();
    shape->Shape::draw();
}
)",
                      "f"),
              R"ir(  load %shape->$class
  call "Shape::draw()"(%shape) virtual
  call "Shape::draw()"(%shape)
  ret %return
)ir");
}

TEST(LowerObjects, FunctionPointer) {
    EXPECT_EQ(lowered(R"(struct Ops {
    void (*open)(int);
};
void start(int n);
void f(struct Ops* ops) {
    ops->open = start;
    ops->open(3);
    (*ops->open)(4);
}
)",
                      "f", ".c"),
              R"ir(  store %ops->Ops::open = start
  load %ops->Ops::open
  call %ops->Ops::open(3)
  load %ops->Ops::open
  call %ops->Ops::open(4)
  ret %return
)ir");
}

TEST(LowerObjects, StaticInitialisers) {
    EXPECT_EQ(lowered(R"(#include <mutex>
struct Cache {
    explicit Cache(int size) : size_(size) {}
    std::mutex mu_;
    int size_;
};
int count = 3;
int* pointer = &count;
Cache cache(8);
)",
                      "static initialisers"),
              R"ir(  store @count = 3 init
  store @pointer = &@count init
  call "Cache::Cache(int)"(&@cache, 8)
  ret at ?
)ir");
}

TEST(LowerObjects, FunctionStatic) {
    EXPECT_EQ(lowered(R"(struct Config {
    Config();
};
Config& f() {
    static Config config;
    return config;
}
)",
                      "f"),
              R"ir(  br ? b3 b2
b2:
  acquire @f::config flag
  call "Config::Config()"(&@f::config)
  release @f::config flag conditional
b3:
  acquire @f::config flag shared
  store %return = &@f::config
  ret %return
)ir");
}

TEST(LowerObjects, NestedLists) {
    EXPECT_EQ(lowered(R"(struct Point {
    int x, y;
};
struct Line {
    Point from, to;
};
void f(int n) {
    Line lines[2] = {{{1, 2}, {3, n}}};
    lines[1].to.y = 5;
}
)",
                      "f"),
              R"ir(  store %t0.Point::x = 1 init
  store %t0.Point::y = 2 init
  load %n
  store %t1.Point::x = 3 init
  store %t1.Point::y = %n uses %n init
  store %t2.Line::from.Point::x = 1 init
  store %t2.Line::from.Point::y = 2 init
  store %t2.Line::to.Point::x = 3 init
  store %t2.Line::to.Point::y = %n uses %n init
  store %lines[0].Line::from.Point::x = 1 init
  store %lines[0].Line::from.Point::y = 2 init
  store %lines[0].Line::to.Point::x = 3 init
  store %lines[0].Line::to.Point::y = %n uses %n init
  store %lines[1].Line::to.Point::y = 5
  ret %return
)ir");
}

TEST(LowerObjects, Containers) {
    EXPECT_EQ(lowered(R"(#include <map>
#include <vector>
std::vector<int> numbers;
std::map<int, int> table;
int f() {
    numbers.push_back(1);
    table[3] = 4;
    return numbers[0] + numbers.size();
}
)",
                      "f"),
              R"ir(  store %t0 = 1 init
  load @numbers.$state
  store @numbers.$state = ?
  store @numbers[?] = %t0 uses %t0 init
  store %t1 = 3 init
  load @table.$state
  store @table.$state = ?
  store @table[?].std::pair::second = 4
  load @numbers.$state
  load @numbers[0]
  load @numbers.$state
  store %return = ? uses @numbers[0], @numbers.$state
  ret %return
)ir");
}

TEST(LowerObjects, SharedPointer) {
    EXPECT_EQ(lowered(R"(#include <memory>
struct Node {
    int value = 0;
};
std::shared_ptr<Node> shared;
void f() {
    auto n = shared;
    n->value = 1;
    shared.reset();
}
)",
                      "f"),
              R"ir(  load @shared
  store %n.$pointer = @shared.$pointer init
  load %n.$pointer
  store %n.$pointer->Node::value = 1
  store @shared.$pointer = 0
  ret %return
)ir");
}

// Whoever is given a pointer that has one owner has it alone.
TEST(LowerObjects, UniquePointerGivenAway) {
    EXPECT_EQ(lowered(R"(#include <memory>
void keep(std::unique_ptr<int> p);
void f(std::unique_ptr<int> p) {
    keep(std::move(p));
}
)",
                      "f"),
              R"ir(  load %p
  store %t0.$pointer = %p.$pointer init
  store %p.$pointer = 0
  call "keep(std::unique_ptr<int>)"(%t0)
  store %t0.$pointer = 0
  ret %return
)ir");
}

TEST(LowerObjects, SwitchOverAVariable) {
    EXPECT_EQ(lowered(R"(int x, y;
void f(int n) {
    switch (n) {
        case 1:
            x = 1;
            break;
        default:
            y = 2;
    }
}
)",
                      "f"),
              R"ir(  br %n == 0 uses %n case 1 b2 default b3
b2:
  store @x = 1
  goto b4
b3:
  store @y = 2
b4:
  ret %return
)ir");
}

TEST(LowerObjects, ShortCircuit) {
    EXPECT_EQ(lowered(R"(int x, y, z;
void f() {
    if (x && y) z = 1;
}
)",
                      "f"),
              R"ir(  load @x
  br @x != 0 uses @x b2 b4
b2:
  load @y
  br @y != 0 uses @y b3 b4
b3:
  store @z = 1
b4:
  ret %return
)ir");
}

TEST(LowerObjects, NumberedElementsOfContainers) {
    EXPECT_EQ(lowered(R"(#include <thread>
#include <vector>
std::vector<int> v;
std::vector<std::thread> threads;
void f(int i) {
    v[i] = 1;
    v[2] = 1;
    v[i + 1] = 1;
    threads[i].join();
}
)",
                      "f"),
              R"ir(  load @v.$state
  store @v[%i] = 1
  load @v.$state
  store @v[2] = 1
  load @v.$state
  store @v[?] = 1
  load @threads.$state
  join @threads[?]
  ret %return
)ir");
}

TEST(LowerObjects, VariablesThatAreCompared) {
    EXPECT_EQ(lowered(R"(void g();
void f(int i, int j) {
    if (i != j) g();
    if (i == 2 * j) g();
}
)",
                      "f"),
              R"ir(  br ? text "i != j" uses %i, %j b2 b3
b2:
  call "g()"()
b3:
  br ? uses %i, %j b4 b5
b4:
  call "g()"()
b5:
  ret %return
)ir");
}

TEST(LowerObjects, Conditional) {
    EXPECT_EQ(lowered(R"(int x, y;
int* f(int n) {
    int* p = n ? &x : &y;
    *p = 1;
    return p;
}
)",
                      "f"),
              R"ir(  br %n != 0 uses %n b2 b3
b2:
  store %t0 = &@x
  goto b4
b3:
  store %t0 = &@y
b4:
  store %p = %t0 init
  store *%p = 1
  store %return = %p uses %p
  ret %return
)ir");
}

TEST(LowerObjects, Volatile) {
    EXPECT_EQ(lowered(R"(volatile int stop;
int f(void) {
    while (!stop) {
    }
    return 0;
}
)",
                      "f", ".c"),
              R"ir(b1:
  load @stop volatile
  br @stop == 0 uses @stop b2 b3
b2:
  goto b1
b3:
  store %return = 0
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
