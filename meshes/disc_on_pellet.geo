// A disc of potassium, smaller than the pellet it is pressed on: axisymmetric, x is the radius.
// Lengths in mm. gmsh -2 disc_on_pellet.geo
a = 0.5;      // radius of the disc
h = 0.1;      // its thickness
R = 10;       // radius of the pellet: 20 times that of the disc
L = 10;       // its thickness
edge = 0.002; // elements at the edge of the disc, where the current crowds
far  = 0.8;   // elements at the wall of the pellet

Point(1) = {0, -L, 0, far}; Point(2) = {R, -L, 0, far};
Point(3) = {R, 0, 0, far};  Point(4) = {a, 0, 0, edge};
Point(5) = {0, 0, 0, 0.04}; Point(6) = {a, h, 0, 0.02};
Point(7) = {0, h, 0, 0.04};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 1};
Line(6) = {4, 6}; Line(7) = {6, 7}; Line(8) = {7, 5};
Curve Loop(1) = {1, 2, 3, 4, 5}; Plane Surface(1) = {1};
Curve Loop(2) = {-4, 6, 7, 8};   Plane Surface(2) = {2};

// wherever the potential bends: near the edge, finer the nearer
Field[1] = Distance; Field[1].PointsList = {4};
Field[2] = MathEval; Field[2].F = Sprintf("%g + 0.12*F1", edge);
Background Field = 2;
Mesh.CharacteristicLengthExtendFromBoundary = 0;
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Mesh.Smoothing = 20;
Recombine Surface {1, 2};

Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Curve("counter") = {1};
Physical Curve("sides") = {2, 3, 5, 6, 8}; // a ring holds the disc
Physical Curve("platen") = {7};
