"""Drawing a sample: the frame is stratified, allocated and drawn in the job."""

from django.utils.translation import gettext as _

from jobs.claim import JobRefused, Step
from surveys import sampling
from surveys.actions import samples
from surveys.actions.samples import DrawnStratum, DrawnUnit, Selection, reason
from surveys.models import SamplePlan, Unit, User


def draw_sample(*, plan_id: int, by_id: int, step: Step) -> None:
    """Draw as the plan says and store strata and units at once."""
    plan = SamplePlan.objects.select_related("wave__programme", "frame").get(pk=plan_id)
    by = User.objects.get(pk=by_id)
    if plan.drawn_at:
        raise JobRefused(_("The sample is drawn already."))
    step.progress(0.1, _("Reading the frame"))
    try:
        selection = select(plan)
    except sampling.SamplingError as error:
        raise JobRefused(reason(error)) from error
    step.progress(0.6, _("Storing the sample"))
    try:
        with step.fenced(last=True):
            samples.store_draw(plan=plan, selection=selection, by=by)
    except samples.SampleError as error:
        raise JobRefused(str(error)) from error


def select(plan: SamplePlan) -> Selection:
    """Strata and drawn units of the plan. Raises SamplingError when the plan cannot be carried out on its frame."""
    columns = ("pk", "code", "municipality_code", "sector", "employees", "language", "level", "county")
    rows = list(Unit.objects.filter(frame_id=plan.frame_id).order_by("code").values_list(*columns))
    strata = sampling.stratify(
        country=plan.frame.country,
        sectors=[row[3] for row in rows],
        employees=[row[4] for row in rows],
        take_all_from=plan.take_all_from,
    )
    sizes = sampling.allocate(
        strata.populations, size=plan.size, take_all=strata.take_all, minimum=plan.minimum_per_stratum
    )
    drawn = sampling.draw(codes=[row[1] for row in rows], of_unit=strata.of_unit, sizes=sizes, seed=plan.seed)
    return Selection(
        strata=[
            DrawnStratum(
                key=str(key),
                sector=key.sector,
                size_class=key.size_class,
                population=int(strata.populations[number]),
                drawn=int(sizes[number]),
                take_all=bool(strata.take_all[number]),
            )
            for number, key in enumerate(strata.keys)
        ],
        units=[
            DrawnUnit(
                unit_id=rows[position][0],
                stratum=str(strata.keys[strata.of_unit[position]]),
                code=rows[position][1],
                municipality_code=rows[position][2],
                county=rows[position][7],
                employees=rows[position][4],
                level=rows[position][6],
                language=rows[position][5],
            )
            for position in drawn
        ],
    )
