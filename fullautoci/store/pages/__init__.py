"""What pages show that is more than a listing: of each the first, and how much there is."""
