"""From annotated documents to claims: frames, offices, states, qualifiers, merging."""
