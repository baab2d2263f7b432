// What is said of meshes that do not describe a cell, and what is measured in one that does.
#include "kavity/fem/MeshFile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "temporary_folder.h"

using namespace kavity;

namespace
{
// Two columns of squares: ceramic in -1 <= y <= 0, metal above.
struct Mesh
{
  struct Element
  {
    int type, group; ///< of gmsh: 1 a line, 2 a triangle, 3 a quadrilateral
    std::vector<int> nodes;
  };
  std::vector<std::array<double, 2>> nodes       = {{0, -1}, {1, -1}, {2, -1}, {0, 0}, {1, 0},
                                                    {2, 0},  {0, 1},  {1, 1},  {2, 1}};
  std::vector<std::pair<int, std::string>> names = {{2, "electrolyte"},
                                                    {2, "metal"},
                                                    {1, "counter"},
                                                    {1, "platen"},
                                                    {1, "sides"}};
  std::vector<Element> elements = {{3, 1, {1, 2, 5, 4}}, {3, 1, {2, 3, 6, 5}}, {3, 2, {4, 5, 8, 7}},
                                   {3, 2, {5, 6, 9, 8}}, {1, 3, {1, 2}},       {1, 3, {2, 3}},
                                   {1, 4, {7, 8}},       {1, 4, {8, 9}},       {1, 5, {1, 4}},
                                   {1, 5, {4, 7}},       {1, 5, {3, 6}},       {1, 5, {6, 9}}};

  double slope = 0; ///< of z over the nodes

  MeshFile<2> read(const bool axisymmetric = false) const
  {
    const TemporaryFolder folder;
    const std::string path = folder / "cell.msh";
    std::ofstream file(path);
    file << "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n" << names.size() << '\n';
    for (unsigned int k = 0; k < names.size(); ++k)
      file << names[k].first << ' ' << k + 1 << " \"" << names[k].second << "\"\n";
    file << "$EndPhysicalNames\n$Nodes\n" << nodes.size() << '\n';
    for (unsigned int k = 0; k < nodes.size(); ++k)
      file << k + 1 << ' ' << nodes[k][0] << ' ' << nodes[k][1] << ' ' << slope * k << '\n';
    file << "$EndNodes\n$Elements\n" << elements.size() << '\n';
    for (unsigned int k = 0; k < elements.size(); ++k)
    {
      const auto &element = elements[k];
      file << k + 1 << ' ' << element.type << " 2 " << element.group << ' ' << element.group;
      for (const int node : element.nodes)
        file << ' ' << node;
      file << '\n';
    }
    file << "$EndElements\n";
    file.close();
    return MeshFile<2>(path, 1e-3, axisymmetric);
  }

  // What is said, all of it for messages that fail to match.
  std::string fault(const bool axisymmetric = false) const
  {
    try
    {
      read(axisymmetric);
    }
    catch (const std::runtime_error &error)
    {
      return error.what();
    }
    return "nothing";
  }
};

void expect_said(const std::string &said, const std::string &expected)
{
  EXPECT_NE(said.find(expected), std::string::npos)
    << "said: " << said << "\nexpected: " << expected;
}

TEST(MeshFile, measures)
{
  const auto mesh = Mesh().read();
  EXPECT_EQ(mesh.cells.size(), 4u);
  EXPECT_DOUBLE_EQ(mesh.size[MeshFile<2>::metal].thickness, 1e-3);
  EXPECT_DOUBLE_EQ(mesh.size[MeshFile<2>::electrolyte].thickness, 1e-3);
  EXPECT_DOUBLE_EQ(mesh.high[0] - mesh.low[0], 2e-3);
  EXPECT_DOUBLE_EQ(mesh.largest_edge, 1e-3);
  EXPECT_EQ(mesh.faces_on_interface, 2u);
  EXPECT_TRUE(mesh.flat);
  EXPECT_FALSE(mesh.has(MeshFile<2>::second_metal));
  EXPECT_TRUE(mesh.has(boundary::counter));
  EXPECT_FALSE(mesh.has(boundary::rim));
}

// A cone of metal on its platen: volume over area.
TEST(MeshFile, thickness_around_an_axis)
{
  Mesh mesh;
  mesh.nodes[5][1] = 0.5;
  const auto cell  = mesh.read(true);
  EXPECT_FALSE(cell.flat);
  // from 4 pi less what lies under the line from (1, 0) to (2, 0.5): 2 pi int (r - 1) r/2 dr
  EXPECT_NEAR(cell.size[MeshFile<2>::metal].thickness, 1e-3 * (4 - 5. / 6) / 4, 1e-12);
}

TEST(MeshFile, bodies)
{
  Mesh mesh;
  mesh.names[1].second = "anode";
  expect_said(mesh.fault(), "the body 'anode' is not known; possible: electrolyte, metal, metal_2");
  mesh = Mesh();
  for (auto &element : mesh.elements)
    element.group = element.type == 3 ? 1 : element.group;
  expect_said(mesh.fault(), "no body with the physical name 'metal'");
  mesh = Mesh();
  mesh.elements.push_back({3, 2, {1, 2, 5, 4}});
  expect_said(mesh.fault(), "more than one physical name");
}

TEST(MeshFile, kinds_of_elements)
{
  Mesh mesh;
  mesh.elements[0] = {2, 1, {1, 2, 5}};
  mesh.elements.push_back({2, 1, {1, 5, 4}});
  expect_said(mesh.fault(), "elements of the kind Triangle 3; expected quadrilaterals: use "
                            "Recombine Surface");
  mesh             = Mesh();
  mesh.nodes[0][0] = 0.95;
  mesh.nodes[0][1] = -0.1;
  expect_said(mesh.fault(), "is distorted");
  mesh = Mesh();
  for (auto &node : mesh.nodes)
    node[0] *= 20;
  expect_said(mesh.fault(), "times as long as wide");
}

TEST(MeshFile, boundaries)
{
  Mesh mesh;
  mesh.elements.pop_back();
  expect_said(mesh.fault(), "an outer face of 'metal' at (2, 0.5) has no physical name; possible: "
                            "platen, sides, rim");
  mesh                 = Mesh();
  mesh.names[3].second = "top";
  expect_said(mesh.fault(), "the boundary 'top' of 'metal' at (0.5, 1) is not known");
  mesh = Mesh();
  mesh.elements.push_back({1, 5, {4, 5}});
  expect_said(mesh.fault(), "the boundary 'sides' at (0.5, 0) is an interface");
  mesh = Mesh();
  mesh.elements.push_back({1, 5, {5, 8}});
  expect_said(mesh.fault(), "lies within 'metal'");
  mesh             = Mesh();
  mesh.nodes[8][0] = 2.1;
  expect_said(mesh.fault(), "is no plane x = const; a free side is a 'rim'");
  mesh             = Mesh();
  mesh.nodes[7][1] = 1.1;
  expect_said(mesh.fault(), "the platen of 'metal'");
  mesh = Mesh();
  for (auto &element : mesh.elements)
    element.group = element.group == 3 ? 5 : element.group;
  expect_said(mesh.fault(), "the electrolyte has no counter face");
}

// The metal has nodes of its own on the interface.
TEST(MeshFile, bodies_that_do_not_conform)
{
  Mesh mesh;
  for (const double x : {0., 1., 2.})
    mesh.nodes.push_back({x, 0});
  mesh.elements[2].nodes  = {10, 11, 8, 7};
  mesh.elements[3].nodes  = {11, 12, 9, 8};
  mesh.elements[9].nodes  = {10, 7};
  mesh.elements[11].nodes = {12, 9};
  expect_said(mesh.fault(), "let them share the surface (BooleanFragments, or Coherence)");
  mesh.names.emplace_back(1, "interface");
  mesh.elements.push_back({1, 6, {4, 5}});
  mesh.elements.push_back({1, 6, {5, 6}});
  expect_said(mesh.fault(), "belongs to one body only");
}

// A drawing whose metal runs round the other way is the same cell.
TEST(MeshFile, either_way_round)
{
  Mesh mesh;
  mesh.elements[2].nodes = {4, 7, 8, 5};
  mesh.elements[3].nodes = {5, 8, 9, 6};
  const auto cell        = mesh.read();
  EXPECT_DOUBLE_EQ(cell.size[MeshFile<2>::metal].thickness, 1e-3);
  for (const auto &element : cell.cells)
  {
    const auto &x = cell.vertices;
    const auto &v = element.vertices;
    EXPECT_LT(cross_product_2d(x[v[1]] - x[v[0]]) * (x[v[2]] - x[v[0]]), 0.);
  }
}

TEST(MeshFile, folds)
{
  Mesh mesh;
  for (const unsigned int of_platen : {6, 7, 8})
    mesh.nodes[of_platen][1] = -0.5;
  expect_said(mesh.fault(), "the mesh is folded at (0.5, 0): elements of 'electrolyte' and 'metal' "
                            "lie on the same side of the face they share");
}

TEST(MeshFile, loose_pieces)
{
  Mesh mesh;
  mesh.names.emplace_back(1, "rim");
  mesh.nodes.insert(mesh.nodes.end(), {{5, 0}, {6, 0}, {5, 1}, {6, 1}});
  mesh.elements.push_back({3, 2, {10, 11, 13, 12}});
  for (const auto &side : std::vector<std::vector<int>>{{10, 11}, {10, 12}, {11, 13}, {12, 13}})
    mesh.elements.push_back({1, 6, side});
  expect_said(mesh.fault(),
              "a piece of 'metal' at (5, 0) has no face in common with 'electrolyte'");
  for (auto &element : mesh.elements)
    element.group = element.group == 6 ? 5 : element.group;
  mesh.elements[12].group = 1;
  expect_said(mesh.fault(), "'electrolyte' is in more than one piece, one of them at (5, 0)");
}

TEST(MeshFile, places)
{
  for (const double x : {1e300, std::numeric_limits<double>::quiet_NaN()})
  {
    Mesh mesh;
    mesh.nodes[8][0] = x;
    expect_said(mesh.fault(), "no place in a cell");
  }
  Mesh mesh;
  mesh.slope = 1;
  expect_said(mesh.fault(), "expected surfaces in one plane (x, y)");
}

// As after a full disk.
TEST(MeshFile, half_a_file)
{
  const TemporaryFolder folder;
  const std::string path = folder / "half.msh";
  for (const char *text : {"$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n9\n1 0 -1 0\n2 1 -",
                           "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Entities\n0 3", "$MeshFormat\n",
                           "$MeshFormat\n9.9 0 8\n$EndMeshFormat\n"})
  {
    std::ofstream(path) << text;
    EXPECT_THROW(MeshFile<2>(path, 1, false), std::runtime_error) << text;
  }
}

TEST(MeshFile, radius)
{
  Mesh mesh;
  mesh.nodes[0][0] = -0.1;
  expect_said(mesh.fault(true), "x is the radius");
}
} // namespace
