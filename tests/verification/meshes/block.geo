// A block of irregular quadrilaterals, extruded: for tests of hexahedra. gmsh -3 block.geo
Point(1) = {0, 0, 0, 0.3}; Point(2) = {1, 0, 0, 0.2}; Point(3) = {1, 0.8, 0, 0.3};
Point(4) = {0.4, 1, 0, 0.3}; Point(5) = {0, 0.7, 0, 0.25};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 1};
Curve Loop(1) = {1, 2, 3, 4, 5}; Plane Surface(1) = {1};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Recombine Surface {1};
up[] = Extrude {0, 0, 0.4} { Surface{1}; Layers{2}; Recombine; };
down[] = Extrude {0, 0, -0.6} { Surface{1}; Layers{3}; Recombine; };
Physical Volume("metal") = {up[1]};
Physical Volume("electrolyte") = {down[1]};
Physical Surface("platen") = {up[0]};
Physical Surface("counter") = {down[0]};
Physical Surface("sides") = {up[2], up[3], up[6], down[2], down[3], down[4], down[5], down[6]};
Physical Surface("rim") = {up[4], up[5]};
