"""What FastAPI hands to endpoints about one's own account."""

from typing import Annotated

from fastapi import Depends

from app.accounts.addresses import AddressService
from app.accounts.registration import RegistrationService
from app.accounts.repository import MailTokenRepository, PendingRegistrationRepository
from app.accounts.service import AccountService
from app.audit.dependencies import AuditDep
from app.auth.dependencies import AuthServiceDep
from app.users.dependencies import CredentialServiceDep, UserServiceDep
from app.web.dependencies import ResourcesDep, SessionDep, TasksDep


async def get_registration_service(
    users: UserServiceDep,
    credentials: CredentialServiceDep,
    audit: AuditDep,
    tasks: TasksDep,
    resources: ResourcesDep,
    session: SessionDep,
) -> RegistrationService:
    """Return the service for registrations of this request's transaction."""
    return RegistrationService(
        users=users,
        credentials=credentials,
        pending=PendingRegistrationRepository(session),
        audit=audit,
        throttle=resources.throttle,
        tasks=tasks,
        settings=resources.security,
    )


RegistrationServiceDep = Annotated[RegistrationService, Depends(get_registration_service)]


async def get_account_service(
    users: UserServiceDep,
    credentials: CredentialServiceDep,
    logins: AuthServiceDep,
    audit: AuditDep,
    tasks: TasksDep,
    resources: ResourcesDep,
    session: SessionDep,
) -> AccountService:
    """Return the service for passwords of this request's transaction."""
    return AccountService(
        users=users,
        credentials=credentials,
        logins=logins,
        mail_tokens=MailTokenRepository(session),
        audit=audit,
        throttle=resources.throttle,
        tasks=tasks,
        settings=resources.security,
    )


AccountServiceDep = Annotated[AccountService, Depends(get_account_service)]


async def get_address_service(
    users: UserServiceDep,
    credentials: CredentialServiceDep,
    registrations: RegistrationServiceDep,
    audit: AuditDep,
    tasks: TasksDep,
    resources: ResourcesDep,
    session: SessionDep,
) -> AddressService:
    """Return the service for addresses of this request's transaction."""
    return AddressService(
        users=users,
        credentials=credentials,
        registrations=registrations,
        mail_tokens=MailTokenRepository(session),
        audit=audit,
        throttle=resources.throttle,
        tasks=tasks,
        settings=resources.security,
    )


AddressServiceDep = Annotated[AddressService, Depends(get_address_service)]
