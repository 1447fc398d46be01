"""What leaves the library: the export, the pictures a person looks at before, and the archives."""
