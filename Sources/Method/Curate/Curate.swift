// Curate
