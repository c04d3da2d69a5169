"""`python -m tools.reference`: writes docs/reference/."""

from tools.reference import FOLDER, write

write(FOLDER)
