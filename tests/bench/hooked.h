// A function built with function hooks, for the benchmark of their cost.
#pragma once

void hookedCall();
