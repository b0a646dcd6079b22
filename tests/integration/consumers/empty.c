/* A shared library of nothing but the archive that is linked into it. */
typedef int iso_c_wants_a_declaration;
