"""User import jobs. The texts are [K] unless a class says otherwise."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.resources import ResourceNotFound


class UserImportInProgress(ApiError):
    code = "UserImportInProgressException"
    message = "The user pool {pool_id} has a user import job in progress."


class ImportJobNotFound(ResourceNotFound):
    message = "User import job {job_id} does not exist."


class PreconditionNotMet(ApiError):
    code = "PreconditionNotMetException"


class NothingAutoVerified(PreconditionNotMet):
    message = "The user pool has no attribute that is verified automatically, so no user can be imported."


class NoFileUploaded(PreconditionNotMet):
    message = "No file was uploaded for the user import job {job_id}."


class ImportJobState(PreconditionNotMet):
    message = "The user import job {job_id} is {status}."


class ImportUnderWay(PreconditionNotMet):
    message = "Another user import job is active in this account."
