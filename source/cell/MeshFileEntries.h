#ifndef kavity_cell_MeshFileEntries_h
#define kavity_cell_MeshFileEntries_h

#include <string>

namespace kavity
{
class Parameters;
struct CellGeometry;
struct CellParameters;

/// Declares and reads File and File unit (m) of the section Mesh.
void declare_mesh_file(Parameters &, std::string &mesh_file, double &mesh_unit);

/// Takes the mesh of the file and what can be measured there; the geometry has its coordinates.
void read_mesh_file(Parameters &, const std::string &mesh_file, double mesh_unit,
                    unsigned int dimension, bool symmetric, CellGeometry &);

/// Reports what needs a box, or a level interface.
void check_mesh_file(Parameters &, const CellParameters &);
} // namespace kavity

#endif
