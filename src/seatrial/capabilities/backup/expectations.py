"""What backup expects to see of a restore, by the store's product."""

from seatrial.capabilities.backup import place, products
from seatrial.capabilities.backup.cluster.expectations import expectations as of_clusters
from seatrial.capabilities.backup.deletion.expectations import expectations as of_deletions
from seatrial.capabilities.backup.in_place.expectations import expectations as in_place
from seatrial.capabilities.backup.place import scenario_of
from seatrial.capabilities.backup.refused.expectations import expectations as of_keys
from seatrial.capabilities.backup.sealed.expectations import expectations as of_system
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Expectation, Scenario


def expectations(context: Context, scenarios: tuple[Scenario, ...]) -> tuple[Expectation, ...]:
    """Those of each store that is backed up, and of the system itself."""
    stores = place.stores(context.system, context.placement.runtime, beside=context.beside)
    names = {each.name for each in scenarios}
    home = tuple(
        expected(context, store)
        for store in stores
        if scenario_of(store) in names
        for expected in products.of(context.system, store).expectations
    )
    keepers = place.keepers(context.system, context.placement.runtime, beside=context.beside)
    elsewhere = tuple(
        expected(context, each)
        for each in keepers
        if each.region and scenario_of(each.store, each.region) in names
        for expected in products.of(context.system, each.store).elsewhere
    )
    others = (in_place, of_deletions, of_clusters, of_keys, of_system)
    return (*home, *elsewhere, *(one for each in others for one in each(context, scenarios)))
