// Two electrodes in a box, of irregular elements: uniform fields have to come out. Lengths in um.
// gmsh -2 column.geo
w = 80; L = 100; H = 100; H2 = 50;
Point(1) = {0, -L, 0, 12}; Point(2) = {w, -L, 0, 16}; Point(3) = {w, 0, 0, 9}; Point(4) = {0, 0, 0, 14};
Point(5) = {0, H, 0, 25}; Point(6) = {w, H, 0, 20};
Point(7) = {0, -L - H2, 0, 14}; Point(8) = {w, -L - H2, 0, 18};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
Line(5) = {3, 6}; Line(6) = {6, 5}; Line(7) = {5, 4};
Line(8) = {1, 7}; Line(9) = {7, 8}; Line(10) = {8, 2};
Curve Loop(1) = {1, 2, 3, 4};   Plane Surface(1) = {1};
Curve Loop(2) = {-3, 5, 6, 7};  Plane Surface(2) = {2};
Curve Loop(3) = {-1, 8, 9, 10}; Plane Surface(3) = {3};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Recombine Surface {1, 2, 3};
Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Surface("metal_2") = {3};
Physical Curve("platen") = {6, 9};
Physical Curve("sides") = {2, 4, 5, 7, 8, 10};
