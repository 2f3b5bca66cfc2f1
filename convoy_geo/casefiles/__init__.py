"""One folder = one story on disk: read it, check it, write it."""

from convoy_geo.casefiles.locate import case_folder, case_names
from convoy_geo.casefiles.read import CaseFiles, check_case, read_case_files

__all__ = ["CaseFiles", "case_folder", "case_names", "check_case", "read_case_files"]
