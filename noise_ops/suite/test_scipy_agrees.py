"""Every layer and function: one plain test of scipy.stats beside each exact design, on the layer and the reference."""

from noise_ops.checks import asked, second_opinions
from noise_ops.checks.harness import judge, over_grid
from noise_ops.subjects.catalog import checked

SUBJECTS = checked()


@over_grid(asked.of("density_by_binomtest", SUBJECTS))
def test_density_by_binomtest(target, parameter):
    judge(target, parameter, second_opinions.density_by_binomtest)


@over_grid(asked.of("mean_by_ttest", SUBJECTS))
def test_mean_by_ttest(target, parameter):
    judge(target, parameter, second_opinions.mean_by_ttest)


@over_grid(asked.of("variance_by_chi2", SUBJECTS))
def test_variance_by_chi2(target, parameter):
    judge(target, parameter, second_opinions.variance_by_chi2)


@over_grid(asked.of("normality_by_kstest", SUBJECTS))
def test_normality_by_kstest(target, parameter):
    judge(target, parameter, second_opinions.normality_by_kstest)


@over_grid(asked.of("uniformity_by_kstest", SUBJECTS))
def test_uniformity_by_kstest(target, parameter):
    judge(target, parameter, second_opinions.uniformity_by_kstest)


@over_grid(asked.of("neighbours_by_binomtest", SUBJECTS))
def test_neighbours_by_binomtest(target, parameter):
    judge(target, parameter, second_opinions.neighbours_by_binomtest)


@over_grid(asked.of("lags_by_binomtest", SUBJECTS))
def test_lags_by_binomtest(target, parameter):
    judge(target, parameter, second_opinions.lags_by_binomtest)


@over_grid(asked.of("calls_by_binomtest", SUBJECTS))
def test_calls_by_binomtest(target, parameter):
    judge(target, parameter, second_opinions.calls_by_binomtest)


@over_grid(asked.of("replicas_by_binomtest", SUBJECTS))
def test_replicas_by_binomtest(target, parameter):
    judge(target, parameter, second_opinions.replicas_by_binomtest)


@over_grid(asked.of("evenness_by_chisquare", SUBJECTS))
def test_evenness_by_chisquare(target, parameter):
    judge(target, parameter, second_opinions.evenness_by_chisquare)
