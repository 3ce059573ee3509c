# What `cmake --install` lays down, beyond the targets that install themselves.
