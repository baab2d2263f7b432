#include "Pictures.h"

#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkProperty2D.h>
#include <vtkRenderWindow.h>
#include <vtkScalarBarActor.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkWindowToImageFilter.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <set>
#include <stdexcept>

namespace kavity
{
namespace
{
using Colours = std::vector<std::array<double, 3>>;
// dark where the current is low (inferno), and blue to red around white
const Colours inferno   = {{0.00, 0.00, 0.02},
                           {0.34, 0.06, 0.43},
                           {0.74, 0.21, 0.33},
                           {0.98, 0.56, 0.04},
                           {0.99, 1.00, 0.64}};
const Colours diverging = {{0.23, 0.30, 0.75}, {0.87, 0.87, 0.87}, {0.71, 0.02, 0.15}};

constexpr int tiles_width = 1240, bars_width = 300, title_height = 60;

Colouring colouring(const std::string &field, const std::string &title)
{
  const double infinity = std::numeric_limits<double>::infinity();
  return {field, title, {infinity, -infinity}, nullptr};
}

void make_map(Colouring &colouring, const Colours &colours)
{
  if (colouring.range[0] > colouring.range[1])
    return;
  if (colouring.range[1] - colouring.range[0] <= 1e-9 * std::abs(colouring.range[1]))
    colouring.range[1] = colouring.range[0] + std::max(1e-9, std::abs(colouring.range[0]));
  colouring.map = vtkSmartPointer<vtkColorTransferFunction>::New();
  for (std::size_t k = 0; k < colours.size(); ++k)
    colouring.map->AddRGBPoint(colouring.range[0] + (colouring.range[1] - colouring.range[0]) * k /
                                                      (colours.size() - 1.),
                               colours[k][0], colours[k][1], colours[k][2]);
}

// A time in the unit that suits the last one.
std::string time_text(const double time, const double last)
{
  const double seconds   = last < 300. ? 1. : last < 7200. ? 60. : 3600.;
  const char *const unit = last < 300. ? "s" : last < 7200. ? "min" : "h";
  char text[40];
  std::snprintf(text, sizeof text, "%.3g %s", time / seconds, unit);
  return text;
}

void write_text(vtkRenderer *renderer, const std::string &text, const int x, const int y,
                const int size)
{
  vtkNew<vtkTextActor> actor;
  actor->SetInput(text.c_str());
  actor->SetPosition(x, y);
  actor->GetTextProperty()->SetFontSize(size);
  actor->GetTextProperty()->SetColor(0.1, 0.1, 0.1);
  renderer->AddActor2D(actor);
}

void add_bar(vtkRenderer *renderer, const Colouring &colouring, const double bottom)
{
  if (!colouring.map)
    return;
  vtkNew<vtkScalarBarActor> bar;
  bar->SetLookupTable(colouring.map);
  bar->SetTitle(colouring.title.c_str());
  bar->SetNumberOfLabels(4);
  bar->SetLabelFormat("%.3g");
  bar->SetPosition(0.08, bottom);
  bar->SetPosition2(0.55, 0.38);
  bar->UnconstrainedFontSizeOn();
  for (vtkTextProperty *text : {bar->GetTitleTextProperty(), bar->GetLabelTextProperty()})
  {
    text->SetColor(0.1, 0.1, 0.1);
    text->SetFontSize(17);
    text->BoldOff();
    text->ItalicOff();
    text->ShadowOff();
  }
  bar->SetVerticalTitleSeparation(10);
  renderer->AddActor2D(bar);
}

// What part of the body the pictures show, seen by a parallel projection.
struct View
{
  std::array<double, 3> focus, towards, up; // from the focus to the eye
  double width, height;

  View(const std::array<double, 6> &b, const bool space, const double void_height,
       const bool electrolyte)
  {
    const double wide = b[1] - b[0];
    if (!space)
    {
      const double top    = std::min(b[3], std::max(0.35 * wide, 1.4 * void_height)),
                   bottom = electrolyte ? -0.25 * wide : 0.;
      focus               = {(b[0] + b[1]) / 2., (top + bottom) / 2., 0.};
      towards             = {0., 0., 1.};
      up                  = {0., 1., 0.};
      width               = wide;
      height              = top - bottom;
      return;
    }
    const double turn = 0.5, lift = 0.6, deep = b[3] - b[2]; // rad
    focus   = {(b[0] + b[1]) / 2., (b[2] + b[3]) / 2., void_height / 2.};
    towards = {-std::sin(turn) * std::cos(lift), -std::cos(turn) * std::cos(lift), std::sin(lift)};
    up      = {0., 0., 1.};
    width   = 1.06 * (wide * std::cos(turn) + deep * std::sin(turn));
    height  = 1.06 * ((wide * std::sin(turn) + deep * std::cos(turn)) * std::sin(lift) +
                     void_height * std::cos(lift));
  }

  void apply(vtkRenderer *renderer) const
  {
    vtkCamera *camera = renderer->GetActiveCamera();
    camera->ParallelProjectionOn();
    camera->SetFocalPoint(focus.data());
    camera->SetPosition(focus[0] + 10. * width * towards[0], focus[1] + 10. * width * towards[1],
                        focus[2] + 10. * width * towards[2]);
    camera->SetViewUp(up.data());
    camera->SetParallelScale(height / 2.);
    renderer->ResetCameraClippingRange();
  }
};

struct Style
{
  View view;
  Colouring atoms, current;
  std::string title;
  double last; ///< time, s
};

void draw(const std::vector<std::pair<double, const Scene *>> &scenes, const Style &style,
          const std::string &path)
{
  const int number  = int(scenes.size());
  const int columns = number == 1 ? 1 :
                      number <= 4 ? 2 :
                                    3,
            rows    = (number + columns - 1) / columns;
  const int label = 34, gap = 12;
  int tile = tiles_width / columns;
  // an upright view is drawn as high as wide
  const int high  = int((tile - gap) * std::min(1., style.view.height / style.view.width)) + label;
  const int width = tiles_width + bars_width, height = std::max(rows * high + title_height, 520);

  vtkNew<vtkRenderWindow> window;
  window->OffScreenRenderingOn();
  window->SetMultiSamples(8);
  window->SetSize(width, height);
  vtkNew<vtkRenderer> page;
  page->SetBackground(1., 1., 1.);
  window->AddRenderer(page);
  write_text(page, style.title, gap, height - 42, 24);
  for (int k = 0; k < number; ++k)
  {
    const int left = k % columns * tile, top = height - title_height - k / columns * high;
    write_text(page, time_text(scenes[k].first, style.last), left + gap, top - 26, 20);
    vtkNew<vtkRenderer> renderer;
    renderer->SetBackground(1., 1., 1.);
    renderer->SetViewport(double(left + gap) / width, double(top - high) / height,
                          double(left + tile) / width, double(top - label) / height);
    window->AddRenderer(renderer);
    scenes[k].second->draw(renderer, style.atoms, style.current);
    style.view.apply(renderer);
  }
  vtkNew<vtkRenderer> bars;
  bars->SetBackground(1., 1., 1.);
  bars->SetViewport(double(tiles_width + 20) / width, 0., 1., 1.);
  window->AddRenderer(bars);
  add_bar(bars, style.atoms, 0.53);
  add_bar(bars, style.current, style.atoms.map ? 0.06 : 0.53);

  window->Render();
  vtkNew<vtkWindowToImageFilter> image;
  image->SetInput(window);
  image->ReadFrontBufferOff();
  vtkNew<vtkPNGWriter> writer;
  writer->SetInputConnection(image->GetOutputPort());
  writer->SetFileName(path.c_str());
  writer->Write();
  if (writer->GetErrorCode() != 0)
    throw std::runtime_error("Cannot write '" + path + "'");
}

// At most this number of them: the ends, those to be kept, and others far from their neighbours.
std::vector<std::size_t> spread(std::vector<std::size_t> chosen, const std::set<std::size_t> &keep,
                                const std::vector<double> &places, const unsigned int number)
{
  while (chosen.size() > number)
  {
    std::size_t nearest = 0;
    double least        = std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; k + 1 < chosen.size(); ++k)
    {
      const double apart =
        (places[chosen[k]] - places[chosen[k - 1]]) * (places[chosen[k + 1]] - places[chosen[k]]);
      if (apart < least && keep.count(chosen[k]) == 0)
      {
        least   = apart;
        nearest = k;
      }
    }
    chosen.erase(chosen.begin() + nearest);
  }
  return chosen;
}
} // namespace


std::vector<std::size_t> times_of_film(const std::vector<double> &times,
                                       const std::vector<std::size_t> &events,
                                       const unsigned int tiles)
{
  if (tiles == 1 || times.size() == 1)
    return {times.size() - 1};
  // Of a long interval less than its length counts: a phase that is stored densely is short, but
  // much happens in it.
  std::vector<double> places(times.size(), 0.);
  std::vector<std::size_t> all(times.size(), 0);
  for (std::size_t k = 1; k < times.size(); ++k)
  {
    places[k] = places[k - 1] + std::pow(times[k] - times[k - 1], 2. / 3.);
    all[k]    = k;
  }
  std::set<std::size_t> ends_and_events = {0, times.size() - 1};
  ends_and_events.insert(events.begin(), events.end());
  const unsigned int most = std::min(tiles, 2 + tiles / 2);
  const auto kept = spread({ends_and_events.begin(), ends_and_events.end()}, {}, places, most);
  return spread(all, {kept.begin(), kept.end()}, places, tiles);
}


std::vector<std::string> draw_pictures(const std::vector<StoredTime> &times,
                                       const std::vector<std::size_t> &events,
                                       const std::string &field, const std::string &folder,
                                       const unsigned int tiles)
{
  const std::size_t last = times.size() - 1;
  std::vector<double> seconds;
  for (const StoredTime &stored : times)
    seconds.push_back(stored.time);
  Colouring atoms   = colouring("potential_of_atoms", "Metal: potential\nof atoms (J/mol)");
  Colouring current = colouring("current_density", "Electrolyte: current\ndensity (mA/cm²)");
  std::vector<std::unique_ptr<Scene>> scenes;
  std::vector<std::pair<double, const Scene *>> film;
  double void_height = 0;
  for (const std::size_t k : times_of_film(seconds, events, tiles))
  {
    scenes.push_back(std::make_unique<Scene>(times[k], field));
    scenes.back()->extend_current(current);
    // far from equilibrium at the start, it would leave all that follows one shade
    if (k > 0 || last == 0)
      scenes.back()->extend_atoms(atoms);
    void_height = std::max(void_height, scenes.back()->void_height());
    film.emplace_back(times[k].time, scenes.back().get());
  }
  current.range[0] = std::min(current.range[0], 0.);
  make_map(atoms, diverging);
  make_map(current, inferno);
  const auto &bounds = scenes.front()->bounds();
  char title[80];
  std::snprintf(title, sizeof title, "Voids at an interface %.3g µm wide", bounds[1] - bounds[0]);
  const Style style = {
    View(bounds, scenes.front()->in_space(), void_height, current.map != nullptr), atoms, current,
    title, times.back().time};

  std::vector<std::string> paths;
  for (std::size_t k = 0; k <= last; ++k)
  {
    char name[40];
    std::snprintf(name, sizeof name, "/voids_%04zu.png", k);
    paths.push_back(folder + name);
    const Scene scene(times[k], field);
    draw({{times[k].time, &scene}}, style, paths.back());
  }
  if (film.size() > 1)
  {
    paths.push_back(folder + "/voids_film.png");
    draw(film, style, paths.back());
  }
  return paths;
}
} // namespace kavity
