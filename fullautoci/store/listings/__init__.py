"""What is listed, part by part: a file a noun. Each listing goes over what whoever asks may see, and nothing else."""
