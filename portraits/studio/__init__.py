"""Our portraits, rendered: MakeHuman's mesh with skin, hair, clothes and light of our own."""
