// The program `archipelago`.
#include "cli/commands.hpp"

int main(int argc, char** argv) {
  return archipelago::cli::run(argc, argv);
}
