"""Components: reader, types, link into a Plan, and the plan section of the image."""
