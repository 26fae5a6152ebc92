"""Opening a session with Halo from the tenant's active credential."""

from collections.abc import Mapping
from dataclasses import dataclass

from nacl.public import PrivateKey

from connector.budget import Budget
from connector.halo.address import AllowedHosts
from connector.halo.client import HaloClient
from connector.halo.transport import GuardedTransport
from connector.halo.wire import Answers
from connector.lease import Lease
from connector.session import Session, Spender
from connector.settings import ConnectorSettings
from halobus import seal
from halobus.clock import Clock
from halobus.documents import Active, Tenant
from halobus.settings import read_secret
from halobus.store import Database


@dataclass(frozen=True)
class Sessions:
    """Makes sessions. Private keys are read at each use, so that a rotated key file is seen."""

    database: Database
    settings: ConnectorSettings
    clock: Clock

    def keys(self) -> Mapping[str, PrivateKey]:
        """The sealing keys by id; none where none are set."""
        settings = self.settings
        return seal.private_keys(read_secret(settings.sealing_private_keys, settings.sealing_private_keys_file))

    def allowed(self) -> AllowedHosts:
        """The operator's exceptions: private hosts that may be called, and domains of other login servers."""
        return AllowedHosts.parse(self.settings.allowed_hosts, self.settings.trusted_auth_domains)

    def budget(self, instance: str) -> Budget:
        """The requests that all tenants and replicas on a Halo instance share."""
        return Budget(self.database, self.settings, instance)

    def open(self, lease: Lease, tenant: Tenant, answers: Answers) -> Session | None:
        """A session, or None where the tenant has no tested credential. Nothing is sent to Halo yet.

        ``answers`` is the lease's count, which a new session goes on with.
        """
        active = tenant.active
        if active is None or tenant.connection is None or tenant.instance is None:
            return None
        spender = Spender(self.budget(tenant.instance), self.clock)
        client = HaloClient(
            active,
            lambda: self.unseal(tenant.tenant, active),
            lambda: GuardedTransport(self.allowed()),
            spender.spend,
            self.clock,
            scopes=active.scopes,
            answers=answers,
        )
        return Session(
            lease, tenant.tenant, tenant.connection, active, tenant.zone, client, spender, self.settings, self.clock
        )

    def unseal(self, tenant: str, active: Active) -> seal.Credential:
        """The credential in the clear, for one use; SealError where it is not this tenant's and host's."""
        blob = seal.Sealed(active.sealed.key_id, active.sealed.blob)
        return seal.unseal(blob, self.keys(), tenant=tenant, host=active.host, client_id=active.client_id)
