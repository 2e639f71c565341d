"""What is worked on: each benchmark is a folder with its tasks, their synthesis and their grader."""
