"""Running weeks, the past of a site, and entry."""
