#include "kavity/app/StudyWorker.h"

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace kavity
{
namespace
{
namespace bp = boost::process;

std::vector<std::string> environment_now()
{
  std::vector<std::string> variables;
  bool threads = false;
  for (char **variable = ::environ; *variable != nullptr; ++variable)
  {
    variables.emplace_back(*variable);
    threads |= variables.back().compare(0, 16, "OMP_NUM_THREADS=") == 0;
  }
  if (!threads)
    variables.emplace_back("OMP_NUM_THREADS=1");
  return variables;
}

// Before main(), hence before MPI, whose additions would make a child look for this process' MPI.
std::vector<std::string> environment = environment_now();

// The rows are not to outlive who would collect them. In a group of its own a row does not get what
// a terminal sends to all, and then once more from this process.
void prepare_child(const pid_t parent)
{
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent)
    ::_exit(1);
}
} // namespace


class StudyWorker::Process
{
public:
  bp::child child;
};


StudyWorker::StudyWorker(const std::vector<std::string> &arguments, const std::string &error_file)
  : process(std::make_unique<Process>())
{
  std::vector<char *> variables;
  for (std::string &variable : environment)
    variables.push_back(variable.data());
  variables.push_back(nullptr);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  process->child            = bp::child(
               bp::exe(program), bp::args(arguments), bp::std_in<bp::null, bp::std_out> bp::null,
               bp::std_err > error_file,
               bp::extend::on_setup([&variables](auto &executor) { executor.env = variables.data(); }),
               bp::extend::on_exec_setup([parent = ::getpid()](auto &) { prepare_child(parent); }));
}


StudyWorker::~StudyWorker()
{
  std::error_code ignored;
  if (!process->child.running(ignored))
    return;
  stop();
  process->child.wait(ignored);
}


bool StudyWorker::running()
{
  return process->child.running();
}


void StudyWorker::stop()
{
  ::kill(process->child.id(), SIGTERM);
}


int StudyWorker::code() const
{
  const int status = process->child.native_exit_code();
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
} // namespace kavity
