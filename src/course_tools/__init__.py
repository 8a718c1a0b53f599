"""What authors and instructors run: the build, the Sphinx extension, exports."""
