"""The graph as RDF: terms and IRIs, extractions to quads and back, files, shapes, query answers."""
