// A unit with everything that CIR has, for tests of its text and its bytes.
#pragma once

namespace raddle::test {

// Every op, flag and kind of place and value at least once, in printed form.
inline constexpr const char* kEverything = R"ir(unit "queue.c"
opaque "OpenMP pragmas"
opaque "a \"quoted\"\x0a line"
global @counter : int at 3:5
global @mu : pthread_mutex_t mutex at "queue.h":4:1
global @"queue.c:f.once" : Node* name once recursive const threadLocal functionStatic runs lambda at ?
global @rw unnamed rwlock at ?:7:2
global @spin : * name "operator \"x" spin at 8
override _ZN4Base3runEv _ZN7Derived3runEv
override "Base run" "Derived run"
func worker(%arg : void*, %#1, %i : "unsigned int" taken runs "(lambda at f.c:3:4)()") name ns::worker class ns::Q constructor static private noReturn file "queue.h" at 10:1 {
  local %i#2 : int taken
  local %ab : int name "a-b"
  local %_ : "int *"* name "%-"
  local %#2
  local %#3
  local %n
  loop b1 %i from 0 to %n
  loop b2 ? from ? to &@counter
b0:
  acquire @mu at 12:3
  acquire %arg->"ns::(anonymous)::lock" -> %i#2 rwlock shared try success -1 at 12:4
  acquire %arg->Q::lock -> %i#2 tryTimed at 12:4
  acquire %arg->Q::flag flag grouped at 12:4
  release @mu conditional at 13:3
  load %arg->Node::next seqCst at 13:5
  load ***%arg volatile at 13:5
  load (*(*%arg)[3])[-4] relaxed at 13:6
  load %arg->a::b.c::d[%i][@counter][?] acquire at 13:6
  load *%arg->a::b acquire at 13:6
  store @counter = ? uses %i, @counter, *%arg release volatile init at 13:5
  store %ab = -9223372036854775808 at 14
  store %n = &(*%arg)[?] at 14
  store %n = callback at 14
  store ? = "call back" at 14
  rmw @counter acqRel at 15:1
  rmw @counter = 1 seqCst at 15:1
  cas @counter = 7 -> %n relaxed at 16:1
  fence seqCst at 17:1
  alloc %arg at 18:1
  free *%arg at 18:1
  initLock %arg->Q::lock recursive at 18:1
  destroyLock %arg->Q::lock at 18:1
  wait @spin(&@mu) looped timed at 19:1
  signal @spin broadcast at 19:1
  await @spin timed at 19:1
  spawn %n = worker(&@counter, 3, ?) -> %i at 20:1
  spawn ?(%n) at 20:1
  join %n at 20:1
  detach %n at 20:1
  barrier %n at 20:1
  once @"queue.c:f.once" = init() at 20:1
  call f(%arg) -> %n opaque at 20:1
  call *%arg() virtual at 20:1
  store %n = %n + -1 at 20:1
  store *(*%arg^Q::node^Q::node)->Q::lock = &(*%arg)^Q::node at 20:1
  fence ?(2) at ?
  br %n == 0 b1 b2
b1:
  store @counter = 1 at 3
  br %n != -1 uses %i, %ab b1 b2 b3
b2:
  br ? uses %i, %arg->Q::on b1 b2
b3:
  goto b4
b4:
  leave
b5:
  exitThread at 9
b6:
  ret "uses" uses %i at 9
b7:
  ret at 9
b8:
  ret ? uses %i at 9
b9:
  br ? == 3 b1
b10:
  ret %n at 9
  goto b0
b11:
}
func "two words"() unnamed destructor file ? at ? {
}
func init() staticInit at 30:1 {
b0:
  ret at 30:5
}
)ir";

}  // namespace raddle::test
