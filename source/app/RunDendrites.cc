#include "RunDendrites.h"

#include "kavity/core/Quantity.h"

#include <iomanip>
#include <sstream>
#include <vector>

namespace kavity
{
namespace
{
std::string criterion(const RunParameters &run)
{
  return run.parameters.values().at("Dendrites/Criterion");
}

std::string place(const RunParameters &run, const DendriteFinding &finding)
{
  std::string text = "x = " + quantity_text(finding.place[0], "um", 4);
  if (run.cell.dimension == 3)
    text += ", z = " + quantity_text(finding.place[1], "um", 4);
  return text;
}

// Uncertain numbers that a margin hangs on, with this mark.
std::vector<std::string> marked(const RunParameters &run, const std::string &mark)
{
  std::vector<std::string> texts;
  for (const auto &each : run.parameters.marked())
    for (const std::string section : {"Dendrites", "Electrolyte", "Kinetics", "Metal"})
      if (each.mark == mark && each.entry.compare(0, section.size(), section) == 0)
        texts.push_back(each.entry + " = " + each.value);
  return texts;
}
} // namespace

std::string note_dendrites(WorstDendrite &worst, const RunParameters &run, const Cell &cell,
                           const ProtocolPosition &now)
{
  std::string warning;
  const auto findings = cell.dendrites();
  for (unsigned int k = 0; k < findings.size(); ++k)
  {
    const auto &finding = findings[k];
    if (!finding.worse_than_earlier(worst.finding, run.cell.coupling_tolerance))
      continue;
    worst = {finding, k, now.cycle, now.step, now.run_time};
    if (finding.margin >= 0)
      warning = "from " + quantity_text(now.run_time, "s", 4) +
                " on Dendrites/Criterion = " + criterion(run) +
                " says that dendrites enter the electrolyte, where they are not followed";
  }
  return warning;
}

std::string summary_of(const WorstDendrite &dendrite, const RunParameters &run)
{
  const auto &worst = dendrite.finding;
  if (!worst.plated)
    return "dendrites: none, nothing was plated";
  std::ostringstream text;
  text << std::setprecision(4) << "dendrites: " << criterion(run) << ", largest margin "
       << worst.margin << (worst.margin < 0 ? " (none)" : " (they enter)") << " after "
       << quantity_text(dendrite.time, "min", 4) << " at " << place(run, worst)
       << (run.cell.second ?
             (dendrite.electrode == 0 ? " of the electrode above" : " of the electrode below") :
             "")
       << ": " << quantity_text(worst.current, "mA/cm^2", 4) << ", contact " << worst.contact;
  if (worst.stress_intensity > 0)
    text << ", K_I " << quantity_text(worst.stress_intensity, "MPa sqrt(m)", 4)
         << ", pressure in the flaw " << quantity_text(worst.pressure, "MPa", 4);
  for (const auto &number : worst.numbers)
    text << ", " << number.name << " " << quantity_text(number.value, number.unit, 4);
  return text.str();
}

Json json_of(const WorstDendrite &dendrite, const RunParameters &run)
{
  const auto &worst = dendrite.finding;
  Json json;
  json.set("criterion", criterion(run)).set("plated", worst.plated);
  if (!worst.plated)
    return json;
  json.set("margin", worst.margin)
    .set("run_time [s]", dendrite.time)
    .set("cycle", dendrite.cycle + 1)
    .set("step", dendrite.step + 1)
    .set("electrode", dendrite.electrode + 1)
    .set("x [um]", 1e6 * worst.place[0]);
  if (run.cell.dimension == 3)
    json.set("z [um]", 1e6 * worst.place[1]);
  json.set("current_density [mA/cm^2]", from_si(worst.current, "mA/cm^2"))
    .set("contact", worst.contact)
    .set("stress_intensity [MPa sqrt(m)]", from_si(worst.stress_intensity, "MPa sqrt(m)"))
    .set("pressure [MPa]", from_si(worst.pressure, "MPa"));
  for (const auto &number : worst.numbers)
    json.set(number.name + (number.unit == "1" ? "" : " [" + number.unit + "]"),
             from_si(number.value, number.unit));
  json.set("calibrated", marked(run, "[cal]")).set("estimated", marked(run, "[est]"));
  return json;
}
} // namespace kavity
