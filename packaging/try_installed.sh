#!/bin/sh
# Builds the installed example against the installed libraries: packaging/try_installed.sh BUILD_DIR FOLDER
set -eu
build=$1
folder=$2
rm -rf "$folder"
cmake --install "$build" --component development --prefix "$folder/usr" >/dev/null
cmake -S "$folder/usr/share/doc/archipelago-dev/examples" -B "$folder/build" -G Ninja \
  -DCMAKE_PREFIX_PATH="$folder/usr" -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19
cmake --build "$folder/build"
