// The built-in box, for which the program chooses the same elements. Lengths in um. gmsh -2 box.geo
Point(1) = {0, -1000, 0}; Point(2) = {20, -1000, 0};
Point(3) = {20, 0, 0}; Point(4) = {0, 0, 0};
Point(5) = {20, 100, 0}; Point(6) = {0, 100, 0};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
Line(5) = {3, 5}; Line(6) = {5, 6}; Line(7) = {6, 4};
Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
Curve Loop(2) = {5, 6, 7, -3}; Plane Surface(2) = {2};
Transfinite Curve {1, 3, 6} = 2; Transfinite Curve {2, 4} = 26; Transfinite Curve {5, 7} = 6;
Transfinite Surface {1, 2}; Recombine Surface {1, 2};
Physical Surface("electrolyte") = {1}; Physical Surface("metal") = {2};
Physical Curve("counter") = {1}; Physical Curve("sides") = {2, 4, 5, 7}; Physical Curve("platen") = {6};
