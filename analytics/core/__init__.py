"""The statistical core: arrays in, frozen values out. Pure numpy and scipy; no Django, no pandas.

One row is one respondent. A domain is a mask beside the full design: nothing drops rows before the variance.
"""
